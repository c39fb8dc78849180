using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Says what an outside tool does to the world, in a person's name. It stands in the company's stream, so it holds for every host and survives every restart.</summary>
/// <remarks>Under change control (<see cref="ChangeControl"/>) one that lets more through than the tool as it stands waits for a second person; one that does not is so at once.</remarks>
internal sealed class ClassificationDesk(CompanyStream company, IDirectory directory, Catalog catalog, LoadedCompany loaded)
{
    /// <summary>Who may: those who answer for the service. Whoever states goals does not also say what the tools for them count as.</summary>
    public static ImmutableArray<string> Roles { get; } = [.. SuspensionDesk.Roles.Where(r => r != CompanyResource.Operator)];

    /// <summary>Classifies a tool as it is listed now. When this is done, the tool may run as far as authority lets it.</summary>
    public async Task<ClassificationResult> ClassifyAsync(Classification said, Caller caller, CancellationToken cancellationToken)
    {
        if (caller.IsUnprovenTerminal(loaded.Settings))
        {
            return new ClassificationResult.Forbidden(ChangeBody.NoTerminal);
        }

        if (directory.Person(caller.Person)?.Roles.Any(Roles.Contains) != true)
        {
            return new ClassificationResult.Forbidden($"Only somebody with one of the roles {string.Join(", ", Roles)} may say what a tool does.");
        }

        if (EffectClassNames.Read(said.Effect) is not { } effect)
        {
            return new ClassificationResult.Invalid($"'effect' is one of: {string.Join(", ", EffectClassNames.All)}.");
        }

        if (said.ReadOnly is { } readOnly && readOnly != effect is EffectClass.Observe or EffectClass.Compute)
        {
            return new ClassificationResult.Invalid($"A tool with the effect '{said.Effect}' {(readOnly ? "is not" : "is")} read-only.");
        }

        if (catalog.Records.FirstOrDefault(r => r.Name == said.Tool) is not { } record)
        {
            return new ClassificationResult.Unknown($"There is no tool '{RequestText.Short(said.Tool)}'.");
        }

        if (Conflict(record, said) is { } conflict)
        {
            return new ClassificationResult.Conflict(conflict);
        }

        return await SettleAsync(new ToolClassified(record.Name, record.Digest, said.Effect, said.Destructive, said.Idempotent, said.OpenWorld), caller, cancellationToken);
    }

    /// <summary>Writes it down, or proposes it. What was compared is what it goes behind.</summary>
    private async Task<ClassificationResult> SettleAsync(ToolClassified said, Caller caller, CancellationToken cancellationToken)
    {
        while (true)
        {
            await company.RefreshAsync(cancellationToken);
            var state = company.State;
            if (state.Bundle is not null && state.Bundle != loaded.Bundle.Hash)
            {
                return new ClassificationResult.Conflict(ChangeDesk.NotTakenOn);
            }

            var now = company.Time.GetUtcNow();
            ImmutableArray<ProposedWidening> widenings = loaded.Settings.ChangeControl is null ? []
                : [.. loaded.Tools.WideningBy(said, state, directory, now).Select(BundleReview.Told)];
            if (widenings.IsEmpty)
            {
                if (await company.AppendIfAsync(s => IsAsCompared(s, state, said.Tool), [said with { Via = caller.Via }], Actor.Person(caller.Person), cancellationToken))
                {
                    return new ClassificationResult.Done();
                }

                continue;
            }

            if (Waiting(state, said) is { } known)
            {
                return new ClassificationResult.Waits(known);
            }

            var id = PrefixedId.Derive<ChangeId>(Guid.CreateVersion7(now), $"{said.Tool}/{said.Version}/{caller.Person}");
            var proposed = new ChangeProposed(id, loaded.Bundle.Hash, state.Files, loaded.Bundle.Hash, widenings, null, null) { Via = caller.Via, Classification = said };
            if (await company.AppendIfAsync(s => IsAsCompared(s, state, said.Tool) && Waiting(s, said) is null, [proposed], Actor.Person(caller.Person), cancellationToken))
            {
                return new ClassificationResult.Waits(company.State.Changes[id]);
            }
        }
    }

    private static bool IsAsCompared(CompanyState now, CompanyState then, string tool) =>
        now.Bundle == then.Bundle && now.Classifications.GetValueOrDefault(tool) == then.Classifications.GetValueOrDefault(tool);

    /// <summary>The change that waits for the very same; null for none.</summary>
    private ChangeState? Waiting(CompanyState state, ToolClassified said) =>
        state.Changes.Values.FirstOrDefault(c => c.Verdict is null && c.Proposed.Classification == said && c.Proposed.Base == loaded.Bundle.Hash);

    private string? Conflict(CatalogRecord record, Classification said) =>
        !catalog.IsAsked(record.Source) ? "It is defined in tools.yaml, and so is what it does: change it there."
        : record.Standing is ToolStanding.Unusable or ToolStanding.Missing ? $"It cannot be used, whatever is said of it. {record.Problem}"
        : said.Digest != record.Digest ? $"The tool is {record.Digest} now: look at that one, and classify it."
        : catalog.SaidInFiles(record.Name) is { } entry && (entry.Effect != said.Effect || entry.IsPinned)
            ? "tools.yaml says what it does, and that file counts: change it there."
        : null;
}

/// <summary>What a person says of a tool.</summary>
/// <param name="Tool">Its name here.</param>
/// <param name="Effect">Its class, as written.</param>
/// <param name="Digest">The version that the person looked at.</param>
/// <param name="ReadOnly">It changes nothing; null to say no more than the class does.</param>
/// <param name="Destructive">It may destroy something; null for what is usual of the class.</param>
/// <param name="Idempotent">Twice is as good as once; null for no.</param>
/// <param name="OpenWorld">It reaches beyond the company; null for yes.</param>
internal sealed record Classification(string Tool, string Effect, string Digest, bool? ReadOnly, bool? Destructive, bool? Idempotent, bool? OpenWorld);

/// <summary>What came of it.</summary>
internal abstract record ClassificationResult
{
    private ClassificationResult()
    {
    }

    /// <summary>It is so.</summary>
    public sealed record Done : ClassificationResult;

    /// <summary>It lets more through, and waits for a second person.</summary>
    /// <param name="Change">The change that waits.</param>
    public sealed record Waits(ChangeState Change) : ClassificationResult;

    /// <summary>The request is wrong.</summary>
    public sealed record Invalid(string Reason) : ClassificationResult;

    /// <summary>This person may not.</summary>
    public sealed record Forbidden(string Reason) : ClassificationResult;

    /// <summary>There is no such tool.</summary>
    public sealed record Unknown(string Reason) : ClassificationResult;

    /// <summary>The tool is not what the request says, or its file says something else.</summary>
    public sealed record Conflict(string Reason) : ClassificationResult;
}
