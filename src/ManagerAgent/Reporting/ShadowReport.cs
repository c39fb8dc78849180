namespace AiManager.ManagerAgent;

/// <summary>What would have happened: for a run in shadow each call with its sum, and what rules in shadow would have said of calls that were decided without them.</summary>
internal static class ShadowReport
{
    /// <summary>Writes its lines; none where nothing is in shadow.</summary>
    public static void Write(WorkflowSnapshot snapshot, string currency, ReportWriter lines)
    {
        // In the order in which they were proposed: the report must not depend on a dictionary's.
        var calls = snapshot.State.Calls.Values.Where(c => !c.Seqs.IsEmpty && c.Decided is not null).OrderBy(c => c.Seqs[0]).ToList();
        if (snapshot.State.Shadow is not null)
        {
            var rehearsed = calls.Where(c => c.Status is CallStatus.Shadowed or CallStatus.Refused).ToList();
            foreach (var call in rehearsed)
            {
                lines.Write(
                    ReportKind.Shadow,
                    $"{call.Proposed.Tool} {ReportWriter.Cut(call.Args.Text)} would have {ShadowWords.Verdict(call)}{Sum([call], currency)}.{(call.Status == CallStatus.Refused ? " " + lines.Words.ReadAny(call.Refusal) : string.Empty)}",
                    call);
            }

            if (rehearsed.Count > 0)
            {
                var groups = rehearsed.GroupBy(c => c.Decided!.Effect).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} {Word(g.Key)}{Sum(g, currency)}");
                lines.Write(ReportKind.Shadow, $"All together it would have come to {string.Join(", ", groups)}. Sums are each call's own: budgets were looked at as if no other call had been made.", rehearsed);
            }
        }

        foreach (var call in calls.Where(c => c.Decided!.Shadow is not null))
        {
            var shadow = call.Decided!.Shadow!;
            lines.Write(
                ReportKind.Shadow,
                $"{call.Proposed.Tool} {ReportWriter.Cut(call.Args.Text)}: {string.Join(", ", shadow.Rules)} in shadow matched; had it counted, the answer would have been {EffectNames.Write(shadow.Effect)} instead of {EffectNames.Write(call.Decided.Effect)}.",
                call);
        }
    }

    private static string Word(Effect effect) => effect switch
    {
        Effect.Allow => "allowed",
        Effect.Transform => "allowed as changed",
        Effect.Ask => "asked",
        Effect.Defer => "put off",
        _ => "denied",
    };

    private static string Sum(IEnumerable<CallState> calls, string currency)
    {
        var sum = calls.Sum(c => c.Shadowed?.Cost is { } cost && cost.TryRead(out var amount) ? amount : 0);
        return sum == 0 ? string.Empty : $" ({MoneyText.Of(sum, currency)})";
    }
}
