using System.Globalization;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Annotation;

/// <summary>An answer that is not given yet. Choices and small scales have keys; numbers and texts are typed.</summary>
public sealed class Draft(AnswerForm form)
{
    private const int MostKeys = 9;
    private const double WidestScale = 10;

    /// <summary>Of several options none: an answer too, and not the same as no answer yet.</summary>
    private static readonly Choice None = new("0", "none of these", new JsonArray());
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);

    /// <summary>What can be chosen; empty where the answer is typed.</summary>
    public IReadOnlyList<Choice> Choices { get; } = Read(form);

    public bool TakesSeveral => form.Type == "multi";

    public bool IsNumber => form.Type == "number";

    public double? Number { get; set; }

    public string? Text { get; set; }

    public string? Comment { get; set; }

    /// <summary>The answer as the API takes it; null where there is none yet.</summary>
    public JsonNode? Value => (form.Type, _chosen.Count) switch
    {
        ("multi", > 0) => new JsonArray([.. Choices.Where(choice => choice != None && Has(choice)).Select(choice => choice.Value.DeepClone())]),
        (_, > 0) => Choices.First(choice => _chosen.Contains(choice.Label)).Value.DeepClone(),
        ("number", _) when Choices.Count == 0 => Number,
        ("text", _) => string.IsNullOrWhiteSpace(Text) ? null : Text,
        _ => null,
    };

    public bool Has(Choice choice) => _chosen.Contains(choice.Label);

    /// <summary>Chooses; of several, chooses or leaves.</summary>
    public void Choose(Choice choice)
    {
        if (TakesSeveral && _chosen.Remove(choice.Label))
        {
            return;
        }

        if (!TakesSeveral || choice == None)
        {
            _chosen.Clear();
        }

        _chosen.Remove(None.Label);
        _chosen.Add(choice.Label);
    }

    /// <summary>Chooses what a key stands for.</summary>
    /// <returns>Whether it stands for something.</returns>
    public bool Press(string key)
    {
        if (Choices.FirstOrDefault(choice => choice.Key == key) is not { } choice)
        {
            return false;
        }

        Choose(choice);
        return true;
    }

    /// <summary>Takes back what was chosen and typed.</summary>
    public void Undo()
    {
        _chosen.Clear();
        (Number, Text, Comment) = (null, null, null);
    }

    private static Choice[] Read(AnswerForm form) => form.Type switch
    {
        "boolean" => [new("1", "yes", true), new("2", "no", false)],
        "categorical" => Options(form),
        "multi" => [.. Options(form), None],
        "number" => Scale(form.Min, form.Max),
        _ => [],
    };

    private static Choice[] Options(AnswerForm form) => [.. (form.Options ?? []).Select((option, index) => new Choice(index < MostKeys ? Digit(index + 1) : null, option, option))];

    /// <summary>A scale of a few whole numbers, whose keys are its numbers: 0 is the key of 10, where there is no 0.</summary>
    private static Choice[] Scale(double? min, double? max)
    {
        if (min is not { } low || max is not { } high || low < 0 || high > WidestScale || low != Math.Floor(low) || high != Math.Floor(high) || high - low >= WidestScale)
        {
            return [];
        }

        return [.. Enumerable.Range((int)low, (int)(high - low) + 1).Select(score => new Choice(Digit(score % (MostKeys + 1)), score.ToString(CultureInfo.InvariantCulture), score))];
    }

    private static string Digit(int digit) => digit.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Key">The key that chooses it; null for none.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Value">What the API is told.</param>
public sealed record Choice(string? Key, string Label, JsonNode Value);
