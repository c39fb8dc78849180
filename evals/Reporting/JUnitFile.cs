using System.Globalization;
using System.Text;
using System.Xml;

namespace AiManager.Evals;

/// <summary>Results as build servers read them.</summary>
internal static class JUnitFile
{
    public static void Write(RunResults results, string path)
    {
        using var xml = XmlWriter.Create(path, new XmlWriterSettings { Indent = true, CheckCharacters = false });
        xml.WriteStartElement("testsuites");
        foreach (var suite in results.Cases.GroupBy(c => c.Suite))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", suite.Key);
            xml.WriteAttributeString("tests", suite.Count().ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("failures", suite.Count(c => c is { Passed: false, HasRun: true }).ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("errors", suite.Count(c => c is { Passed: false, HasRun: false }).ToString(CultureInfo.InvariantCulture));
            xml.WriteStartElement("properties");
            Write("model", results.Model, xml);
            Write("measures", results.IsScripted ? "the manager, around scripts; nothing of a model's quality" : "the manager with this model", xml);
            if (results.Conditions is { Length: > 0 } conditions)
            {
                Write("conditions", conditions, xml);
            }

            xml.WriteEndElement();
            foreach (var one in suite)
            {
                Write(one, xml);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Write(string name, string value, XmlWriter xml)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", Printable(value));
        xml.WriteEndElement();
    }

    private static void Write(CaseResult one, XmlWriter xml)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", one.Suite);
        xml.WriteAttributeString("name", one.Case);
        xml.WriteAttributeString("time", one.Cost.Seconds.ToString(CultureInfo.InvariantCulture));
        if (!one.Passed)
        {
            xml.WriteStartElement(one.HasRun ? "failure" : "error");
            xml.WriteAttributeString("message", Printable(one.Failures[0]));
            xml.WriteString(Printable(string.Join('\n', one.Failures)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>XML has no way to write most control characters, nor half a character, where a text was cut.</summary>
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(r => r.Utf16SequenceLength == 2 || XmlConvert.IsXmlChar((char)r.Value) ? r : Rune.ReplacementChar));
}
