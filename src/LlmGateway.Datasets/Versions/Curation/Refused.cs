using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>
/// Leaves out items whose output refuses: a message with <c>refusal</c>, as OpenAI's API has it, or text that begins as models refuse
/// in English, German, French, Spanish, Italian, Portuguese, Dutch, Japanese and Chinese. An apology that goes on to help is none.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Refused : ItemStep
{
    private const string Reason = "refused";

    /// <summary>How far into an output a refusal begins: behind a greeting or an apology.</summary>
    private const int Opening = 120;

    /// <summary>In lower case, with straight apostrophes.</summary>
    private static readonly string[] Phrases =
    [
        "i can't assist with", "i cannot assist with", "i can't help with", "i cannot help with", "i can't provide", "i cannot provide", "i can't comply",
        "i cannot comply", "i can't fulfill", "i cannot fulfill", "i can't do that", "i cannot do that", "i can't answer that", "i cannot answer that",
        "i'm not able to help", "i am not able to help", "i'm not able to assist", "i am not able to assist", "i'm unable to assist", "i am unable to assist",
        "i'm unable to help", "i am unable to help", "i'm unable to provide", "i am unable to provide", "i won't be able to", "i must decline", "i have to decline",
        "i'm sorry, but i can't", "i'm sorry, but i cannot", "i'm sorry, i can't", "i'm sorry, i cannot", "sorry, but i can't", "sorry, but i cannot", "as an ai language model, i",
        "as an ai, i can", "i'm just an ai",
        "ich kann dabei nicht helfen", "ich kann dir dabei nicht", "ich kann ihnen dabei nicht", "dabei kann ich nicht helfen", "dabei kann ich dir nicht", "dabei kann ich ihnen nicht",
        "es tut mir leid, aber ich kann", "tut mir leid, aber ich kann", "tut mir leid, ich kann", "ich kann diese anfrage nicht", "als ki-sprachmodell", "das kann ich leider nicht",
        "je ne peux pas vous aider", "je ne peux pas t'aider", "je ne peux pas fournir", "je ne peux pas répondre", "je suis désolé, mais je ne peux", "désolé, mais je ne peux",
        "je ne suis pas en mesure", "en tant que modèle de langage", "je regrette, mais je ne peux",
        "no puedo ayudarte con", "no puedo ayudar con", "no puedo proporcionar", "lo siento, pero no puedo", "lo siento, no puedo", "como modelo de lenguaje",
        "non posso aiutarti", "non posso fornire", "mi dispiace, ma non posso", "come modello linguistico",
        "não posso ajudar", "não posso fornecer", "desculpe, mas não posso", "sinto muito, mas não posso", "como um modelo de linguagem",
        "ik kan je daar niet mee helpen", "ik kan u daar niet mee helpen", "daar kan ik je niet mee helpen", "daar kan ik u niet mee helpen", "het spijt me, maar ik kan",
        "申し訳ありませんが", "申し訳ございませんが", "お手伝いできません", "お答えできません",
        "抱歉，我无法", "抱歉，我不能", "很抱歉，我无法", "很抱歉，我不能", "对不起，我无法", "对不起，我不能", "我无法提供", "我无法协助", "作为一个人工智能",
    ];

    protected override Verdict Judge(ItemDraft draft)
    {
        if (draft.Reference is { ValueKind: JsonValueKind.Object } message && message.TryGetProperty("refusal", out var refusal)
            && refusal is { ValueKind: JsonValueKind.String } && refusal.GetString() is { Length: > 0 })
        {
            return Verdict.Drop(draft, Reason, "the message says so itself");
        }

        var text = ItemText.OfPlainReference(draft.Reference) ?? "";
        var opening = text[..Math.Min(text.Length, Opening)].ToLowerInvariant().Replace('’', '\'');
        return Phrases.FirstOrDefault(phrase => opening.Contains(phrase, StringComparison.Ordinal)) is { } found
            ? Verdict.Drop(draft, Reason, $"begins with '{found}'")
            : Verdict.Keep(draft);
    }
}
