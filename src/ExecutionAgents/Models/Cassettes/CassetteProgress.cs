namespace AiManager.ExecutionAgents;

/// <summary>
/// How far the playing of a cassette is: which workflow of then each workflow of now follows, and which replies each question had. Kept in a file, a line at a time, it outlasts
/// the process: what is submitted by one start of the program and driven on by the next is one run. Not safe for several threads.
/// </summary>
internal sealed class CassetteProgress
{
    private const char Gap = ' ';
    private const string Nobody = "-";
    private const string Follows = "follows";
    private const string Asked = "asked";

    private readonly Dictionary<string, string> _followed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, string Leader), List<string>> _asked = [];
    private readonly string? _file;

    /// <summary>Goes on where a file says; begins where there is none.</summary>
    /// <param name="file">Null keeps it in memory alone.</param>
    public CassetteProgress(string? file)
    {
        _file = file;
        foreach (var words in (file is not null && File.Exists(file) ? File.ReadLines(file) : []).Select(l => l.Split(Gap)))
        {
            switch (words)
            {
                case [Follows, var workflow, var leader]:
                    _followed[workflow] = leader;
                    break;
                case [Asked, var key, var leader, var ask]:
                    Of(key, leader).Add(ask);
                    break;
            }
        }
    }

    /// <summary>
    /// The workflow of then that a workflow of now follows: the first of those that had a reply to its first question and that no other follows yet. It goes on following that one,
    /// so that two that begin alike do not take each other's replies further on. Null where nothing says whose the replies were.
    /// </summary>
    public string? Leader(string workflow, IEnumerable<string> candidates)
    {
        if (_followed.TryGetValue(workflow, out var known))
        {
            return known;
        }

        var all = candidates.Distinct(StringComparer.Ordinal).ToList();
        if (all.Count == 0)
        {
            return null;
        }

        var leader = all.FirstOrDefault(c => !_followed.ContainsValue(c)) ?? all[^1];
        _followed.Add(workflow, leader);
        Write(Follows, workflow, leader);
        return leader;
    }

    /// <summary>Which reply a question gets: the same one when it is sent again, else the one after those that were given.</summary>
    public int Place(string key, string? leader, string? ask)
    {
        var asked = Of(key, leader ?? Nobody);
        if (ask is not null && asked.IndexOf(ask) is >= 0 and var before)
        {
            return before;
        }

        asked.Add(ask ?? Nobody);
        Write(Asked, key, leader ?? Nobody, ask ?? Nobody);
        return asked.Count - 1;
    }

    private List<string> Of(string key, string leader) => _asked.TryGetValue((key, leader), out var asked) ? asked : _asked[(key, leader)] = [];

    private void Write(params string[] words)
    {
        if (_file is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.AppendAllText(_file, string.Join(Gap, words) + "\n");
        }
    }
}
