using System.Text.Json;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// A template that gives a list of ids: texts, numbers, or objects with an <c>id</c>. A relevance may come with each, as
/// <c>{"id", "gain"}</c> or as one object <c>{id: gain}</c>; it is 1 where none is said.
/// </summary>
internal sealed class ListTemplate
{
    private const int MaxIds = 10_000;
    private const double MaxGain = 1e9;

    private readonly Template _template;

    private ListTemplate(Template template) => _template = template;

    public static ListTemplate Read(JsonFields fields, string name, TemplateScope scope) => new(fields.Template(name, scope));

    /// <exception cref="TemplateException">It gives no list of ids.</exception>
    public IReadOnlyList<string> Ids(TemplateValues values) => [.. Elements(_template.Value(values)).Select(Id)];

    /// <summary>The last gain of each id.</summary>
    /// <exception cref="TemplateException">It gives no list of ids, or gains that are none.</exception>
    public IReadOnlyDictionary<string, double> Gains(TemplateValues values)
    {
        var value = _template.Value(values);
        var gains = new Dictionary<string, double>();
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject().Take(MaxIds))
            {
                gains[member.Name] = Gain(member.Value);
            }

            return gains;
        }

        foreach (var element in Elements(value))
        {
            gains[Id(element)] = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("gain", out var gain) ? Gain(gain) : 1;
        }

        return gains;
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.GetArrayLength() <= MaxIds ? value.EnumerateArray() : throw new TemplateException($"A list of {value.GetArrayLength()} ids is longer than {MaxIds}.")
        : throw new TemplateException($"A list of ids is wanted, and it is {JsonFields.Shortened(value.GetRawText())}");

    private static string Id(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.Object when element.TryGetProperty("id", out var id) && id.ValueKind != JsonValueKind.Object => Id(id),
        _ => throw new TemplateException($"An id is a text, a number or an object with 'id', and this is {JsonFields.Shortened(element.GetRawText())}"),
    };

    private static double Gain(JsonElement gain) => gain.ValueKind == JsonValueKind.Number && gain.TryGetDouble(out var number) && number is >= 0 and <= MaxGain
        ? number
        : throw new TemplateException($"A gain is a number from 0 to {MaxGain}, and this is {JsonFields.Shortened(gain.GetRawText())}");
}
