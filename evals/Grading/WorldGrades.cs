using System.Data.Common;
using System.Text.Json.Nodes;

namespace AiManager.Evals;

/// <summary>Grades what the world must answer after the runs.</summary>
internal static class WorldGrades
{
    public static async Task<IReadOnlyList<Grade>> OfAsync(Expectation expected, CaseEvidence evidence, CancellationToken cancellationToken)
    {
        List<Grade> grades = [];
        foreach (var (sql, rows) in expected.World)
        {
            try
            {
                var answer = await evidence.AskWorldAsync(sql, cancellationToken);
                grades.Add(Grade.Of(Aspects.Outcome, JsonNode.DeepEquals(JsonNode.Parse(rows.Text), JsonNode.Parse(answer.ToJsonString())), $"{sql} gives {answer.ToJsonString()}, not {rows}"));
            }
            catch (DbException refused)
            {
                grades.Add(Grade.Of(Aspects.Outcome, held: false, $"{sql}: {refused.Message}"));
            }
        }

        return grades;
    }
}
