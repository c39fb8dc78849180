namespace AiManager.Host.Tests;

/// <summary>The least company that can be read; a test replaces the file it is about.</summary>
internal static class SmallCompany
{
    public const string Settings = "name: Small\ncurrency: EUR\ntimeZone: Europe/Prague\n";

    public static TempFolder Make(params (string File, string Text)[] files)
    {
        var folder = new TempFolder();
        folder.Write("company.yaml", Settings);
        folder.Write("tools.yaml", "sources: []\n");
        folder.Write("authority.yaml", "version: 1\nrules: []\n");
        folder.Write("people.yaml", "people: []\n");
        foreach (var (file, text) in files)
        {
            folder.Write(file, text);
        }

        return folder;
    }
}
