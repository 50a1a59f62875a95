using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Routing;

/// <summary>A router to be made.</summary>
/// <param name="Name">1 to 64 characters.</param>
/// <param name="Routes">2 to 50.</param>
/// <param name="Model">A model that is asked, by the gateway's name for it; null trains a classifier.</param>
/// <param name="Examples">To train and test a classifier 20 to 10,000, at least two a label; to test a model up to 200.</param>
/// <param name="Holdout">The share of each label's examples that a classifier is tested on, 0.1 to 0.5; the default is 0.2.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RouterRequest(string? Name, IReadOnlyList<Route>? Routes, string? Model, IReadOnlyList<LabelledQuery>? Examples, double? Holdout)
{
    public const double DefaultHoldout = 0.2;
    private const int MaxRoutes = 50;
    private const int MinExamples = 20;
    private const int MaxModel = 256;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        Route.CheckText(Name, Route.MaxLabel, "name");
        CheckRoutes();
        if (Model is null)
        {
            RequestField.Between(Holdout, 0.1, 0.5, "holdout");
            LabelledQuery.Check(Examples, Routes!, MinExamples, LabelledQuery.MostOfClassifier);
            CheckEachIsLearned();
        }
        else
        {
            Route.CheckText(Model, MaxModel, "model");
            RequestField.Require(Holdout is null, "holdout", "none with a 'model', which is tested on all examples");
            LabelledQuery.Check(Examples, Routes!, 0, LabelledQuery.MostOfModel);
        }
    }

    private void CheckRoutes()
    {
        RequestField.Require(Routes is { Count: >= 2 and <= MaxRoutes }, "routes", $"expected 2 to {MaxRoutes} routes");
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, route) in Routes!.Index())
        {
            (route ?? throw RequestField.Invalid($"routes[{place}]", "expected an object")).Check($"routes[{place}]");
            RequestField.Require(labels.Add(route.Label!), $"routes[{place}].label", "expected one that no other route has");
        }
    }

    private void CheckEachIsLearned()
    {
        var counts = Examples!.CountBy(example => example.Label!).ToDictionary();
        foreach (var route in Routes!)
        {
            RequestField.Require(counts.GetValueOrDefault(route.Label!) >= 2, "examples", $"expected at least two of '{route.Label}', one to learn from and one to be tested on");
        }
    }
}

/// <summary>A place where answers are, or none.</summary>
/// <param name="Label">What examples call it, 1 to 64 characters.</param>
/// <param name="VectorStoreId">A vector store of the project.</param>
/// <param name="SourceId">A structured source of the project. With neither, such queries need no retrieval.</param>
/// <param name="Description">What is asked there, for a model, at most 1,024 characters; the default is the label.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Route(string? Label, string? VectorStoreId = null, string? SourceId = null, string? Description = null)
{
    public const int MaxLabel = 64;
    private const int MaxId = 64;
    private const int MaxDescription = 1024;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check(string param)
    {
        CheckText(Label, MaxLabel, $"{param}.label");
        RequestField.Require(VectorStoreId is null || SourceId is null, param, "expected a 'vector_store_id', a 'source_id', or neither");
        RequestField.Require(VectorStoreId is null or { Length: > 0 and <= MaxId }, $"{param}.vector_store_id", "expected the id of a vector store");
        RequestField.Require(SourceId is null or { Length: > 0 and <= MaxId }, $"{param}.source_id", "expected the id of a source");
        RequestField.Require(!(Description?.Length > MaxDescription), $"{param}.description", $"expected at most {MaxDescription} characters");
    }

    internal static void CheckText(string? text, int most, string param) => RequestField.Require(
        !string.IsNullOrWhiteSpace(text) && text.Length <= most && !text.Contains('\0', StringComparison.Ordinal), param, $"expected a text of 1 to {most} characters");
}
