using AiManager.Tools;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>Writes a page for whoever asked: their name, what waits for them, the token of their forms, and what the page itself is about.</summary>
internal sealed class PageWriter(PageContent content, LoadedCompany company, IDirectory directory, IReadModels lists, ApprovalDesk desk, ChangeDesk changes, IAntiforgery forms, TimeProvider time)
{
    /// <summary>The page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="model">What it is about.</param>
    /// <param name="status">Other than 200 when a form did nothing.</param>
    /// <param name="notice">Why it did nothing.</param>
    public async Task<IResult> ShowAsync<TPage>(HttpContext context, object model, int status = StatusCodes.Status200OK, string? notice = null)
        where TPage : IComponent
    {
        BeginSession(context);
        content.Waiting = await InboxCount.ReadAsync(lists, desk, directory, content.Person!, context.RequestAborted);
        content.Changes = changes.WaitingFor(content.Person!.Id);
        if (content.Kept is { } kept)
        {
            content.Kept = kept with { IsShown = model is IHoldsForms page && page.Holds(kept.Form) };
            notice = content.Kept.IsShown ? null : kept.Why;
        }

        content.Notice = notice;
        content.Show(model);
        return new RazorComponentResult<TPage> { StatusCode = status };
    }

    /// <summary>Who looks and with which form token, once for a request; nothing is read from the store.</summary>
    public PageContent BeginSession(HttpContext context)
    {
        if (content.Person is not null)
        {
            return content;
        }

        var caller = Caller.Of(context.User);
        var tokens = forms.GetAndStoreTokens(context);
        content.TakeCompany(company, directory, time);
        content.Person = directory.Person(caller.Person) ?? throw new InvalidOperationException("Whoever is signed in is in people.yaml.");
        content.Owner = company.Settings.AllowLocalStandIn ? Caller.OwnerOf(context.User) : null;
        content.Permissions = Permission.Scopes.Where(p => Caller.May(context.User, p)).ToHashSet(StringComparer.Ordinal);
        content.Here = HttpMethods.IsGet(context.Request.Method)
            ? context.Request.Path + context.Request.QueryString
            : PageAgain.PlaceOf(context.Request, context.Features.Get<IFormFeature>()?.Form);
        content.Path = PageAgain.IsOf(context.Request) ? PageAgain.Split(content.Here).Path : context.Request.Path;
        content.Origin = $"{context.Request.Scheme}://{context.Request.Host}";
        (content.FormField, content.FormToken) = (tokens.FormFieldName, tokens.RequestToken ?? string.Empty);
        return content;
    }
}
