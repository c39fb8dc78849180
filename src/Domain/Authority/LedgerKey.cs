using System.Collections.Frozen;
using System.Text;

namespace AiManager.Domain;

/// <summary>
/// Under which key a budget books what is about one supplier, one account: one for all spellings of the same. Where it is not certain that two are the same, they are, since two ledgers would be
/// twice the cap, and one ledger too few is a question too many.
/// </summary>
public static class LedgerKey
{
    /// <summary>Letters with a mark, and without; a mark of its own is passed over when looks are compared.</summary>
    private static readonly FrozenDictionary<char, char> Plain = Pairs(
        "àa áa âa ãa äa åa āa ăa ąa çc ćc ĉc ċc čc ďd đd èe ée êe ëe ēe ĕe ėe ęe ěe ĝg ğg ġg ģg ĥh ħh ìi íi îi ïi ĩi īi ĭi įi ĵj ķk ĺl ļl ľl łl ñn ńn ņn ňn òo óo ôo õo öo øo ōo ŏo őo "
        + "ŕr ŗr řr śs ŝs şs šs șs ţt ťt țt ùu úu ûu üu ũu ūu ŭu ůu űu ųu ŵw ýy ÿy ŷy źz żz žz").ToFrozenDictionary();

    /// <summary>
    /// What <paramref name="text"/> looks like: without regard to case, spacing, marks on letters, letters of other scripts and invisible characters; account numbers also without the dashes between
    /// their groups.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var looks = SeenForms.Looks(text).ToLowerInvariant();
        var plain = new StringBuilder(looks.Length);
        foreach (var character in looks)
        {
            plain.Append(Plain.GetValueOrDefault(character, character));
        }

        var key = plain.ToString();
        return SeenForms.Grouped(key) ?? key;
    }

    private static IEnumerable<KeyValuePair<char, char>> Pairs(string text) => text.Split(' ').Select(p => KeyValuePair.Create(p[0], p[1]));
}
