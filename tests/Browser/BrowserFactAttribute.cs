using AiManager.Contracts;

namespace AiManager.Browser.Tests;

/// <summary>A test that needs a browser; where there is none it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Debian's, which <c>./test</c> installs.</summary>
    public const string Chromium = "/usr/bin/chromium";

    private bool _needsNpm;

    /// <summary>Whether it needs what <see cref="NpmServers"/> fetches, too.</summary>
    public bool NeedsNpm
    {
        get => _needsNpm;
        set
        {
            _needsNpm = value;
            Skip ??= value ? NpmServers.Missing : null;
        }
    }

    public BrowserFactAttribute() => Skip = File.Exists(Chromium) ? null : $"There is no {Chromium}; ./test installs it where it can.";
}
