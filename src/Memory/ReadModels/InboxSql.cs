namespace AiManager.Memory;

/// <summary>What inboxes are read with. The providers differ only in how they look into a list.</summary>
/// <param name="Approvals">Of every status.</param>
/// <param name="ApprovalsOf">Of one, in words that the index by status is for: every page of the console counts what waits.</param>
/// <param name="Escalations">Of every status.</param>
/// <param name="EscalationsOf">Of one, as with approvals.</param>
internal sealed record InboxSql(string Approvals, string ApprovalsOf, string Escalations, string EscalationsOf)
{
    // The roles of a row are separated by commas; what is asked for is a JSON array.
    private const string SqliteAny = " and (@any is null or exists (select 1 from json_each(@any) r where instr(',' || roles || ',', ',' || r.value || ',') > 0))";
    private const string SqliteNone = " and (@none is null or not exists (select 1 from json_each(@none) r where instr(',' || roles || ',', ',' || r.value || ',') > 0))";
    private const string SqliteAnyRole = " and (@any is null or role in (select value from json_each(@any)))";
    private const string SqliteNoRole = " and (@none is null or role not in (select value from json_each(@none)))";

    private const string PostgresAny = " and (cast(@any as text) is null or exists (select 1 from json_array_elements_text(cast(@any as json)) r(value) where r.value = any(string_to_array(roles, ','))))";
    private const string PostgresNone = " and (cast(@none as text) is null or not exists (select 1 from json_array_elements_text(cast(@none as json)) r(value) where r.value = any(string_to_array(roles, ','))))";
    private const string PostgresAnyRole = " and (cast(@any as text) is null or role in (select value from json_array_elements_text(cast(@any as json)) r(value)))";
    private const string PostgresNoRole = " and (cast(@none as text) is null or role not in (select value from json_array_elements_text(cast(@none as json)) r(value)))";

    private const string All = " where (cast(@workflow as text) is null or workflow = @workflow)";
    private const string OfStatus = " where status = @status and (cast(@workflow as text) is null or workflow = @workflow)";

    private const string ApprovalsPage =
        """
         and (cast(@not_of as text) is null or not exists (select 1 from workflows w where w.workflow = approvals.workflow and w.requester = @not_of))
         and (cast(@cursor_at as bigint) is null or requested_at > @cursor_at or (requested_at = @cursor_at and approval > @cursor_id))
        order by requested_at, approval limit @limit
        """;

    private const string EscalationsPage =
        """
         and (cast(@cursor_at as bigint) is null or raised_at > @cursor_at or (raised_at = @cursor_at and escalation > @cursor_id))
        order by raised_at, escalation limit @limit
        """;

    public static InboxSql Sqlite { get; } = new(
        ReadModelRows.Approvals + All + SqliteAny + SqliteNone + ApprovalsPage,
        ReadModelRows.Approvals + OfStatus + SqliteAny + SqliteNone + ApprovalsPage,
        ReadModelRows.Escalations + All + SqliteAnyRole + SqliteNoRole + EscalationsPage,
        ReadModelRows.Escalations + OfStatus + SqliteAnyRole + SqliteNoRole + EscalationsPage);

    public static InboxSql Postgres { get; } = new(
        ReadModelRows.Approvals + All + PostgresAny + PostgresNone + ApprovalsPage,
        ReadModelRows.Approvals + OfStatus + PostgresAny + PostgresNone + ApprovalsPage,
        ReadModelRows.Escalations + All + PostgresAnyRole + PostgresNoRole + EscalationsPage,
        ReadModelRows.Escalations + OfStatus + PostgresAnyRole + PostgresNoRole + EscalationsPage);
}
