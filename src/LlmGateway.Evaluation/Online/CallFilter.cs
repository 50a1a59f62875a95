using LlmGateway.Service;

namespace LlmGateway.Evaluation.Online;

/// <summary>Which calls a rule is about. A call passes when it meets every condition.</summary>
/// <param name="Json">As it was given.</param>
/// <param name="Conditions">One for each field, those that always hold among them.</param>
internal sealed record CallFilter(string Json, IReadOnlyList<CallCondition> Conditions)
{
    private const int MaxLength = 256;

    /// <exception cref="ApiException">A field is unknown or malformed (400).</exception>
    public static CallFilter Read(JsonFields fields)
    {
        fields.Only("model", "operation", "purpose", "finish_reason", "key_id", "metadata");
        var conditions = new List<CallCondition>
        {
            new("outcome", "completed", call => call.Text("outcome")),
            new("bodies", "kept", call => call.IsKeptWhole ? "kept" : null),
            OperationCondition(fields),
            // What evaluation itself asks is not graded unless it is asked for by this name.
            new("purpose", fields.FindText("purpose", MaxLength) ?? Caller.Production, call => call.Text("purpose")),
        };
        if (fields.FindText("model", MaxLength) is { } model)
        {
            // By either name, as the log's own filter.
            conditions.Add(new("model", model, call => call.Text("requested_model") == model ? model : call.Text("model")));
        }

        foreach (var name in new[] { "finish_reason", "key_id" })
        {
            if (fields.FindText(name, MaxLength) is { } expected)
            {
                conditions.Add(new(name, expected, call => call.Text(name)));
            }
        }

        if (Metadata.Read(fields) is { } pairs)
        {
            conditions.AddRange(JsonText.Parse(pairs).EnumerateObject().Select(pair =>
                new CallCondition($"metadata.{pair.Name}", pair.Value.GetString()!, call => call.Metadata(pair.Name))));
        }

        return new CallFilter(JsonText.Compact(fields.Element), conditions);
    }

    public static CallFilter Parse(string json) => Read(JsonFields.Of(JsonText.Parse(json), "filter"));

    public bool Passes(LoggedCall call) => Conditions.All(condition => condition.IsMet(call));

    /// <summary>What a conversation is graded by; embeddings have no answer.</summary>
    private static CallCondition OperationCondition(JsonFields fields)
    {
        const string Any = "chat.completions or responses";
        return fields.Find("operation") is null
            ? new CallCondition("operation", Any, call => call.Text("operation") is "chat.completions" or "responses" ? Any : call.Text("operation"))
            : new CallCondition("operation", fields.Choice("operation", "chat.completions", "responses"), call => call.Text("operation"));
    }
}

/// <summary>One condition of a filter.</summary>
/// <param name="Field">Its name in the filter.</param>
/// <param name="Expected">The value that a call must have.</param>
/// <param name="Actual">The value that a call has; null for none.</param>
internal sealed record CallCondition(string Field, string Expected, Func<LoggedCall, string?> Actual)
{
    public bool IsMet(LoggedCall call) => Actual(call) == Expected;
}
