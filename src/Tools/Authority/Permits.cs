using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A company's tools and authority as they were in an earlier configuration; null where that cannot be had or used any more.</summary>
/// <param name="bundle">Digest of all files.</param>
/// <param name="cancellationToken">Stops waiting.</param>
public delegate Task<CompanyTools?> EarlierTools(string bundle, CancellationToken cancellationToken);

/// <summary>
/// By whose permits a workflow goes on: those of the configuration that it began under. In the usual case that is the one in force, and nothing is looked up.
/// </summary>
internal sealed class Permits(string bundle, Policy policy, EarlierTools earlier)
{
    /// <summary>The policy whose permits hold, and the digest of its configuration; null for the one in force. Throws <see cref="PermitsException"/> where nobody knows.</summary>
    public async ValueTask<(Policy Policy, string Bundle)?> OfAsync(WorkflowState state, CancellationToken cancellationToken)
    {
        // A monitor's stream began under none: what it reads is decided under the one in force.
        if (state.Submitted?.Company is not { Length: > 0 } began || began == bundle)
        {
            return null;
        }

        var then = await earlier(began, cancellationToken) ?? throw new PermitsException();
        return then.Policy == policy ? null : (then.Policy, began);
    }
}
