namespace AiManager.ManagerAgent;

/// <summary>What people made of calls that they were asked about, beside saying yes or no.</summary>
internal static class PeopleReport
{
    /// <summary>A line for each call whose arguments somebody wrote anew, or that somebody answered instead.</summary>
    public static void Write(ReportWriter lines, WorkflowState state)
    {
        foreach (var call in state.Calls.Values.OrderBy(c => c.Seqs.FirstOrDefault()))
        {
            if (call.Edited is { Edit: { } edit } edited)
            {
                var changes = string.Join("; ", edited.Changes.Select(c => $"{c.Arg}: {c.Change}"));
                var (kind, end) = call.Status switch
                {
                    CallStatus.Succeeded => (ReportKind.Done, string.Empty),
                    CallStatus.Refused => (ReportKind.NotDone, $" It was not made: {lines.Words.ReadAny(call.Refusal)}"),
                    _ when call.IsFinal || state.IsFinal => (ReportKind.NotDone, string.Empty),
                    _ => (ReportKind.Waiting, string.Empty),
                };
                lines.Write(kind, $"{lines.Words.Who(edit.By)} changed {call.Proposed.Tool} before it was decided anew: {ReportWriter.Cut(changes)}.{end}", call);
            }

            if (call.Answer is not null)
            {
                lines.Write(ReportKind.NotDone, $"{call.Proposed.Tool} was not called. {lines.Words.ReadAny(call.Refusal)}", call);
            }
        }
    }
}
