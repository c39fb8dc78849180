namespace AiManager.Host.Tests;

/// <summary>A company whose changes take a second person, with one tool and something to widen.</summary>
internal static class ControlledCompany
{
    public const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator, compliance] }
          - { id: petra, name: Petra, roles: [lead] }
          - { id: carla, name: Carla, roles: [compliance] }
        """;

    public const string Tools =
        """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: order, effect: spend, parameters: { supplier: string, total: number }, money: args.total, sql: "select 1" }
        """;

    public const string Buyer = "---\nname: buyer\nskills: [buying]\ntools: [erp.order]\n---\nYou buy.\n";

    public static string Settings => SmallCompany.Settings + "changeControl: { role: compliance }\n";

    /// <summary>Orders up to a limit go through; above it a lead is asked.</summary>
    public static string Authority(int limit, string more = "") =>
        $$"""
        version: 1
        rules:
          - { id: small, effect: allow, tools: [erp.order], when: args.total <= {{limit}} }
          - { id: large, effect: ask, tools: [erp.order], when: args.total > {{limit}}, approvers: { role: lead } }
        {{more}}
        tests:
          - { name: within, call: { agent: buyer, tool: erp.order, args: { supplier: acme, total: {{limit}} } }, expect: allow }
          - { name: above, call: { agent: buyer, tool: erp.order, args: { supplier: acme, total: {{limit + 1}} } }, expect: ask }

        """;

    /// <summary>The files, with some of them otherwise.</summary>
    public static (string File, string Text)[] Files(params (string File, string Text)[] otherwise) =>
    [
        .. new[] { ("company.yaml", Settings), ("people.yaml", People), ("tools.yaml", Tools), ("authority.yaml", Authority(100)), ("agents/buyer.md", Buyer) }
            .Where(f => otherwise.All(o => o.File != f.Item1)),
        .. otherwise,
    ];

    /// <summary>Bound.</summary>
    public static LoadedCompany Load(params (string File, string Text)[] otherwise)
    {
        using var folder = SmallCompany.Make(Files(otherwise));
        return LoadedCompany.Load(folder.Path, folder.Path, _ => null);
    }
}
