using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The audit's index in two tables, in SQL that every provider understands; writes go through the store's one writer.</summary>
internal sealed class SqlAuditIndex(IWriteQueue writer, DbDataSource database) : IAuditIndex
{
    /// <summary>How rare a word is, is told apart up to so many places.</summary>
    private const int MostCounted = 1_000;

    /// <summary>So many places are held against words in one go where more than one thing is asked for: what a page can wait for.</summary>
    private const int MostLooked = 20_000;

    private const string Through = "select position from audit_through";
    private const string GoOn = "update audit_through set position = @through where position = @from";

    private const string Put =
        """
        insert into audit_places (position, stream, seq, at, words) values (@position, @stream, @seq, @at, @words)
        on conflict (position) do update set words = excluded.words
        """;

    private const string PutWord = "insert into audit_words (word, position) values (@word, @position) on conflict (word, position) do nothing";

    // How rare a word is, as far as that matters.
    private const string Count = "select count(*) from (select 1 from audit_words where word = @word and position > @after and position < @before limit @limit) few";

    private const string Columns =
        """
        select p.position, p.stream, p.seq, p.at, p.words, case when exists (select 1 from events e where e.position = p.position) then 1 else 0 end
        from audit_words w join audit_places p on p.position = w.position
        where w.word = @word and w.position > @after and w.position < @before
        """;

    private const string Backwards = " order by w.position desc limit @limit";
    private const string Forwards = " order by w.position limit @limit";

    private const string Nth = "select position from audit_words where word = @word and position > @after and position < @before";
    private const string NthBackwards = Nth + " order by position desc limit 1 offset @skipped";
    private const string NthForwards = Nth + " order by position limit 1 offset @skipped";

    // From one word to the next behind all its places.
    private const string Words =
        """
        with recursive found (word) as (
          select min(word) from audit_words where word >= @first and word < @end
          union all
          select (select min(w.word) from audit_words w where w.word > found.word and w.word < @end) from found where found.word is not null)
        select word from found where word is not null order by word
        """;

    private readonly SqlQueries _queries = new(database);

    public async Task<long> ThroughAsync(CancellationToken cancellationToken) => (await _queries.ListAsync(Through, row => row.GetInt64(0), cancellationToken))[0];

    public async Task<bool> PutAsync(long from, long through, ImmutableArray<AuditPlace> places, CancellationToken cancellationToken)
    {
        var write = new TransactionWrite([
            (new StatementWrite(GoOn, ("@from", from), ("@through", through)), 1),
            .. places.Select(p => ((StatementWrite, int?))(
                new StatementWrite(
                    Put, ("@position", p.Position), ("@stream", p.Stream), ("@seq", p.Seq), ("@at", UnixMicros.Write(p.At)), ("@words", string.Join('\n', p.Words))),
                null)),
            .. places.SelectMany(p => p.Words, (p, word) => ((StatementWrite, int?))(new StatementWrite(PutWord, ("@word", word), ("@position", p.Position)), null))]);
        writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }

    public async Task<AuditPlaces> FindAsync(AuditLook look, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(look);
        if (look.Each.Any(words => words.IsEmpty))
        {
            return new AuditPlaces([], null);
        }

        var rarest = await RarestAsync(look, cancellationToken);
        var others = look.Each.Where(words => words != rarest).ToImmutableArray();
        var edge = others.IsEmpty ? null : await EdgeAsync(rarest, Math.Max(look.Limit, MostLooked / others.Sum(words => words.Length)), look, cancellationToken);
        var (sql, bound) = (Sql(look, others, edge is not null), Bound(look, others, edge));
        var (seen, edges) = (new Dictionary<long, Row>(), edge is { } last ? [last] : new List<long>());
        foreach (var word in rarest)
        {
            var rows = await _queries.ListAsync(
                sql,
                row => new Row(new AuditPlace(row.GetInt64(0), row.GetString(1), row.GetInt32(2), UnixMicros.Read(row.GetInt64(3)), [.. row.GetString(4).Split('\n')]), row.GetInt32(5) != 0),
                cancellationToken,
                [("@word", word), .. bound]);
            foreach (var row in rows)
            {
                seen[row.Place.Position] = row;
            }

            if (rows.Length == look.Limit)
            {
                edges.Add(rows[^1].Place.Position);
            }
        }

        // Behind the nearest edge a word may have places that were not looked at.
        var nearest = edges.Count == 0 ? (long?)null : look.IsOldestFirst ? edges.Min() : edges.Max();
        var found = Order(seen.Values.Where(r => r.IsHere && IsWithin(r.Place.Position, nearest, look)).Select(r => r.Place), look).ToList();
        return found.Count > look.Limit ? new AuditPlaces([.. found.Take(look.Limit)], found[look.Limit - 1].Position) : new AuditPlaces([.. found], nearest);
    }

    public Task<ImmutableArray<string>> WordsAsync(string beginning, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(beginning);
        return _queries.ListAsync(Words, row => row.GetString(0), cancellationToken, ("@first", beginning), ("@end", beginning[..^1] + (char)(beginning[^1] + 1)));
    }

    /// <summary>Of what is asked for, what there is least of: there, the fewest places have to be looked at.</summary>
    private async Task<ImmutableArray<string>> RarestAsync(AuditLook look, CancellationToken cancellationToken)
    {
        if (look.Each.Length == 1)
        {
            return look.Each[0];
        }

        var (rarest, fewest) = (look.Each[0], long.MaxValue);
        foreach (var words in look.Each.OrderBy(words => words.Length))
        {
            var count = 0L;
            foreach (var word in words.TakeWhile(_ => count < fewest))
            {
                count += (await _queries.ListAsync(
                    Count, row => row.GetInt64(0), cancellationToken, ("@word", word), ("@after", look.After), ("@before", look.Before), ("@limit", MostCounted)))[0];
            }

            (rarest, fewest) = count < fewest ? (words, count) : (rarest, fewest);
        }

        return rarest;
    }

    /// <summary>Up to where so many places of each word go; null where none has more.</summary>
    private async Task<long?> EdgeAsync(ImmutableArray<string> words, int most, AuditLook look, CancellationToken cancellationToken)
    {
        long? edge = null;
        foreach (var word in words)
        {
            var (after, before) = look.IsOldestFirst ? (look.After, edge ?? look.Before) : (edge ?? look.After, look.Before);
            var at = await _queries.ListAsync(
                look.IsOldestFirst ? NthForwards : NthBackwards,
                row => row.GetInt64(0),
                cancellationToken,
                ("@word", word),
                ("@after", after),
                ("@before", before),
                ("@skipped", most - 1));
            edge = at is [var position] ? position : edge;
        }

        return edge;
    }

    /// <summary>Places of a word that are about one of each of the others too.</summary>
    private static string Sql(AuditLook look, ImmutableArray<ImmutableArray<string>> others, bool isBounded)
    {
        var names = Names(others);
        var also = others.Select((_, i) => $" and exists (select 1 from audit_words o where o.word in ({string.Join(", ", names[i])}) and o.position = w.position)");
        var bound = isBounded ? look.IsOldestFirst ? " and w.position <= @edge" : " and w.position >= @edge" : string.Empty;
        return Columns + bound + string.Concat(also) + (look.IsOldestFirst ? Forwards : Backwards);
    }

    private static ImmutableArray<(string Name, object? Value)> Bound(AuditLook look, ImmutableArray<ImmutableArray<string>> others, long? edge)
    {
        var values = ImmutableArray.CreateBuilder<(string, object?)>();
        values.AddRange(("@after", look.After), ("@before", look.Before), ("@limit", look.Limit));
        values.AddRange(Names(others).SelectMany((names, i) => names.Select((name, j) => (name, (object?)others[i][j]))));
        if (edge is not null)
        {
            values.Add(("@edge", edge));
        }

        return values.ToImmutable();
    }

    private static ImmutableArray<ImmutableArray<string>> Names(ImmutableArray<ImmutableArray<string>> others) =>
        [.. others.Select((words, i) => words.Select((_, j) => $"@word{i}_{j}").ToImmutableArray())];

    private static bool IsWithin(long position, long? edge, AuditLook look) => edge is not { } last || (look.IsOldestFirst ? position <= last : position >= last);

    private static IOrderedEnumerable<AuditPlace> Order(IEnumerable<AuditPlace> places, AuditLook look) =>
        look.IsOldestFirst ? places.OrderBy(p => p.Position) : places.OrderByDescending(p => p.Position);

    private sealed record Row(AuditPlace Place, bool IsHere);
}
