using AiManager.Host;

return await Verbs.RunAsync(args, Terminal.OfProcess());
