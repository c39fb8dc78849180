namespace AiManager.Memory;

/// <summary>Words in a <c>tsvector</c> of the entry's row, with a GIN index; ranked by how often they stand there against its length.</summary>
internal sealed class PostgresMemorySql : MemorySql
{
    private const string NextSeq = "(select coalesce(max(seq), 0) + 1 from memories)";

    public override IReadOnlyList<string> Schema { get; } =
    [
        """
        create table if not exists memories (
          seq bigint not null unique, id text primary key, kind text not null, stream text not null, people text not null, is_open bigint not null, title text not null, body text not null,
          labels text not null, at_micros bigint not null, space text not null, vector bytea not null, gone bigint not null default 0, words tsvector not null)
        """,
        "create index if not exists memories_words on memories using gin (words)",
        "create index if not exists memories_counted on memories (space, kind) where gone = 0",
        "create index if not exists memories_of_kind on memories (kind)",
        "create table if not exists memory_state (name text primary key, value bigint not null)",
        "create table if not exists memory_forgotten (person text primary key)",
    ];

    public override string Lock => "select pg_advisory_xact_lock(@key)";

    public override string TryBring => "select pg_try_advisory_xact_lock(@key)";

    public override string? Unindex => null;

    public override string Put =>
        $"""
        insert into memories (seq, id, kind, stream, people, is_open, title, body, labels, at_micros, space, vector, words)
        values ({NextSeq}, @id, @kind, @stream, @people, @is_open, @title, @body, @labels, @at_micros, @space, @vector, to_tsvector('simple', @words))
        on conflict (id) do update set seq = excluded.seq, kind = excluded.kind, stream = excluded.stream, people = excluded.people, is_open = excluded.is_open, title = excluded.title,
          body = excluded.body, labels = excluded.labels, at_micros = excluded.at_micros, space = excluded.space, vector = excluded.vector, gone = 0, words = excluded.words
        """;

    public override string? Index => null;

    public override string Forget =>
        $"update memories set seq = {NextSeq}, kind = '', stream = '', people = '', is_open = 0, title = '', body = '', labels = '', at_micros = 0, space = '', vector = '', gone = 1, words = '' where id = @id and gone = 0";

    public override string OfPerson => "select id from memories where gone = 0 and strpos(people, ',' || @person || ',') > 0";

    // Most entries may have one of the words, and only those of a kind be asked for: an index says which those are before any is ranked.
    public override string ByWords =>
        """
        select m.seq from memories m
        where m.words @@ to_tsquery('simple', @words) and (@kinds = '' or m.kind = any (string_to_array(btrim(@kinds, ','), ','))) and m.stream <> @except
        order by ts_rank(m.words, to_tsquery('simple', @words), 1) desc, m.seq limit @limit
        """;

    public override string With => "select count(*) from memories where words @@ to_tsquery('simple', @words)";

    public override string BySeqs => $"select {Columns} from memories m where m.gone = 0 and m.seq in (select value::bigint from jsonb_array_elements_text(@seqs::jsonb))";

    public override string PlacedByIds => "select id, seq from memories where gone = 0 and space = @space and id in (select jsonb_array_elements_text(@ids::jsonb))";

    // As PostgresErasure does: a change of type writes table and indexes anew from living rows, where a vacuum leaves bytes behind. The server keeps its log as long as it is told to.
    public override IReadOnlyList<string> Scrub { get; } = ["alter table memories alter column body type text using body || ''"];

    public override string AnyOf(IEnumerable<string> words) => string.Join(" | ", words.Select(w => $"'{w}'"));

    public override string One(string word) => AnyOf([word]);
}
