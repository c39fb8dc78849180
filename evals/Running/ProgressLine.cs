namespace AiManager.Evals;

/// <summary>How far a run is: one line that is written over at a terminal, a line a case elsewhere.</summary>
/// <param name="output">Where.</param>
/// <param name="total">How many cases there are.</param>
internal sealed class ProgressLine(TextWriter output, int total) : IProgress<CaseResult>
{
    private const int Width = 30;
    private readonly Lock _lock = new();
    private int _done;
    private int _failed;

    /// <inheritdoc/>
    public void Report(CaseResult value)
    {
        lock (_lock)
        {
            _done++;
            _failed += value.Passed ? 0 : 1;
            if (Console.IsErrorRedirected)
            {
                output.WriteLine($"{_done}/{total} {value.Suite}/{value.Case} {(value.Passed ? "passed" : "failed")}");
                return;
            }

            var filled = Width * _done / total;
            output.Write($"\r[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{total}, {_failed} failed ");
            if (_done == total)
            {
                output.WriteLine();
            }
        }
    }
}
