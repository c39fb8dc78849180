using AiManager.Contracts;

[assembly: TestFramework(SkippingTestFramework.Name, SkippingTestFramework.Assembly)]
