using System.Collections.Frozen;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>How people write to each other in chats, as far as words and marks show it.</summary>
internal static class Register
{
    /// <summary>Words that say that something was read, and no more. "Yes" and "no" are answers, and not among them.</summary>
    private static readonly FrozenSet<string> Acknowledgements = Of(
        "ok okay okey k kk okie oki sure yep yup yeah ya yea ye mhm hm hmm mm uh aha ah oh lol haha hahaha hehe lmao nice cool thanks thank you thx ty tnx np alright gotcha got it "
        + "hi hey hello yo sup bye cu cya nope nah idk passt klar jo jup jap danke ouais merci vale gracias claro bueno va bene grazie prego beleza valeu obrigado dank oke goed");

    /// <summary>Slang and abbreviations of chats.</summary>
    private static readonly FrozenSet<string> Slang = Of(
        "u ur lol lmao rofl haha hahaha hehe omg wtf idk idc tbh imo imho btw brb gtg g2g ttyl nvm smh pls plz thx tnx ty np kk ya yea yep yup nah nope gonna wanna gotta "
        + "kinda sorta dunno lemme gimme cuz coz bc tho thru tmrw tmr 2day 2moro l8r gr8 m8 bro dude yo sup wassup ik ikr hbu wbu ily xoxo ffs jk ngl ofc prolly "
        + "vllt vlt gglt mfg hdl glg nix mega krass mdr ptdr stp slt bjr jsp jpp pq tqm xq vlw kkk rsrs");

    private const int MaxWords = 3;

    /// <summary>Whether it is nothing but acknowledgements, three at most, or signs.</summary>
    public static bool IsAcknowledgement(IReadOnlyList<string> words) => words.Count <= MaxWords && words.All(Acknowledgements.Contains);

    public static bool HasSlang(IReadOnlyList<string> words) => words.Any(Slang.Contains);

    /// <summary>Whether it is a sentence, of three words at least, without a capital before and a mark behind.</summary>
    public static bool IsUnpunctuated(string text, IReadOnlyList<string> words)
    {
        var trimmed = text.AsSpan().Trim();
        return words.Count >= MaxWords && char.IsLower(trimmed[0]) && (char.IsLetterOrDigit(trimmed[^1]) || char.IsSurrogate(trimmed[^1]));
    }

    private static FrozenSet<string> Of(string words) => words.Split(' ').SelectMany(word => Words.Of(word)).ToFrozenSet(StringComparer.Ordinal);
}
