using System.Text.RegularExpressions;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.System.Tests;

/// <summary>OpenAI's document, read once; without it a test skips, except in CI.</summary>
internal static partial class SharedContract
{
    private const string EventStream = "text/event-stream";
    private const string RunList = "/evals/{eval_id}/runs";
    private const string OneRun = "/evals/{eval_id}/runs/{run_id}";
    private const string OutputItems = "/evals/{eval_id}/runs/{run_id}/output_items";
    private const string OneOutputItem = "/evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}";

    /// <summary>Where the document is stricter than the API that it describes: an operation, the start of the complaint, where * is any index, and why.</summary>
    private static readonly (string Path, string Complaint, string Why)[] Strict =
    [
        ("/chat/completions/{completion_id}/messages", "$.data[*].role: \"user\" is none of", "its items are described as the assistant's answers; they are what was sent"),
        ("/chat/completions", "$.first_id: is null", "an empty list has no first item"),
        ("/chat/completions", "$.last_id: is null", "an empty list has no last item"),
        ("/files", "$.first_id: is null", "an empty list has no first item"),
        ("/files", "$.last_id: is null", "an empty list has no last item"),
        ("/files", "$.purpose: \"evals\" is none of", "'evals' is taken as a purpose, but not described in the answer"),
        ("/files", "$.data[*].purpose: \"evals\" is none of", "as above"),
        ("/files/{file_id}", "$.purpose: \"evals\" is none of", "as above"),
        ("/batches", "$.first_id: is null", "an empty list has no first item"),
        ("/batches", "$.last_id: is null", "an empty list has no last item"),
        ("/evals", "$.first_id: is null", "an empty list has no first item"),
        ("/evals", "$.last_id: is null", "an empty list has no last item"),
        (RunList, "$.first_id: is null", "as above"),
        (RunList, "$.last_id: is null", "as above"),
        (RunList, "$.data[*].error: is null", "a run that did not fail has no error; OpenAI's own answers have null there"),
        (RunList, "$.data[*].data_source: matches no", "a template's message fits two of its alternatives, EasyInputMessage and EvalItem, of which the document wants exactly one"),
        (RunList, "$.data[*].data_source.type: ", "what the nearest of the alternatives above says"),
        (OneRun, "$.error: is null", "as in the list"),
        (OneRun, "$.data_source: matches no", "as in the list"),
        (OneRun, "$.data_source.type: ", "as in the list"),
        (RunList, "$.error: is null", "as in the list"),
        (RunList, "$.data_source: matches no", "as in the list"),
        (RunList, "$.data_source.type: ", "as in the list"),
        (OutputItems, "$.data[*].sample: is null", "an item without an answer has no sample"),
        (OutputItems, "$.data[*].sample.error: is null", "a sample that was had has no error; OpenAI's own example has null there"),
        (OutputItems, "$.data[*].sample.max_completion_tokens: is null", "a parameter that the run does not set is left to the model: any number would be invented"),
        (OutputItems, "$.data[*].sample.seed: is null", "as above"),
        (OutputItems, "$.data[*].results[*].score: is null", "ours: an abstention and an error have no score, and never 0"),
        (OutputItems, "$.data[*].results[*].passed: is null", "as above"),
        (OneOutputItem, "$.sample: is null", "as in the list"),
        (OneOutputItem, "$.sample.error: is null", "as in the list"),
        (OneOutputItem, "$.sample.max_completion_tokens: is null", "as in the list"),
        (OneOutputItem, "$.sample.seed: is null", "as in the list"),
        (OneOutputItem, "$.results[*].score: is null", "as in the list"),
        (OneOutputItem, "$.results[*].passed: is null", "as in the list"),
        ("/embeddings", "$.data[*].embedding: is string", "encoding_format=base64 is taken, but floats alone are described"),
    ];

    private static readonly Lazy<(OpenApiContract? Contract, string? Reason)> Loaded =
        new(() => (OpenApiContract.TryLoad(out var contract, out var reason) ? contract : null, reason));

    /// <summary>Fails when the answer breaks the contract, and says where.</summary>
    public static void AssertKept(string method, string path, int status, string json)
    {
        var errors = Load().Errors(method, path, status, json).Where(error => !IsStrict(path, error)).ToList();
        Assert.True(errors.Count == 0, $"{string.Join("; ", errors)}: {json}");
    }

    /// <summary>As <see cref="AssertKept"/>, for the data of one stream event.</summary>
    public static void AssertEventKept(string path, string data)
    {
        // Legacy completions have no event of their own in the document: an event is a completion, unfinished until the last one.
        var errors = path == "/completions"
            ? [.. Load().SchemaErrors("CreateCompletionResponse", data).Where(error => !error.Contains(".finish_reason: ", StringComparison.Ordinal))]
            : Load().Errors("POST", path, 200, data, EventStream);
        Assert.True(errors.Count == 0, $"{string.Join("; ", errors)}: {data}");
    }

    private static bool IsStrict(string path, string error)
    {
        var anywhere = Index().Replace(error, "[*]");
        return Strict.Any(known => known.Path == path && anywhere.StartsWith(known.Complaint, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();

    private static OpenApiContract Load()
    {
        Assert.SkipWhen(Loaded.Value.Contract is null, Loaded.Value.Reason ?? "");
        return Loaded.Value.Contract!;
    }
}
