using System.Text;

namespace AiManager.Evals;

/// <summary>Grades how often something must have happened, or never. A condition that cannot be answered of an event fails its case: it would look nowhere and find nothing.</summary>
internal static class EventGrades
{
    public static IEnumerable<Grade> Of(IEnumerable<EventCount> expected, CaseEvidence evidence)
    {
        foreach (var count in expected)
        {
            var seen = 0;
            string? fault = null;
            foreach (var (stored, value) in evidence.Workflows.SelectMany(w => JoinedEvent.Of(w, count.Type)))
            {
                switch (count.Where?.Evaluate(new WhenFacts { Result = value }))
                {
                    case null or WhenOutcome.True:
                        seen++;
                        break;
                    case WhenOutcome.Error error:
                        fault ??= $"{count} cannot be answered of event {stored.Seq}: {error.Message}: {Encoding.UTF8.GetString(stored.Body.Span)}";
                        break;
                }
            }

            yield return fault is null
                ? Grade.Of(Aspects.Events, seen >= count.AtLeast && (count.AtMost is not { } most || seen <= most), $"{count}: seen {seen} ×")
                : Grade.Of(Aspects.Events, held: false, fault);
        }
    }
}
