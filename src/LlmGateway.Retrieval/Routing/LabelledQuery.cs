using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Routing;

/// <summary>A query of which it is known where it belongs.</summary>
/// <param name="Query">1 to 4,096 characters.</param>
/// <param name="Label">The label of the route that is right.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LabelledQuery(string? Query, string? Label)
{
    public const int MaxLength = 4096;

    /// <summary>Examples of a classifier, which takes a second or two for so many short ones.</summary>
    public const int MostOfClassifier = 10_000;

    /// <summary>Examples of a model, each of which is a call.</summary>
    public const int MostOfModel = 200;

    /// <summary>Characters of all: as many unlike ones take half a minute of a core, and some hundred megabytes, to be learned.</summary>
    private const int MostCharacters = 1 << 20;

    /// <exception cref="ApiException">They are too few or too many, or one is malformed (400).</exception>
    public static void Check(IReadOnlyList<LabelledQuery>? examples, IReadOnlyList<Route> routes, int least, int most)
    {
        examples ??= [];
        RequestField.Require(examples.Count >= least && examples.Count <= most, "examples", $"expected {least} to {most} labelled queries");
        var labels = routes.Select(route => route.Label!).ToHashSet(StringComparer.Ordinal);
        foreach (var (place, example) in examples.Index())
        {
            var param = $"examples[{place}]";
            RequestField.Require(example is not null, param, "expected an object");
            CheckQuery(example!.Query, $"{param}.query");
            RequestField.Require(example.Label is not null && labels.Contains(example.Label), $"{param}.label", "expected a route's label");
        }

        RequestField.Require(examples.Sum(example => example.Query!.Length) <= MostCharacters, "examples", $"expected at most {MostCharacters} characters in all queries");
    }

    public static void CheckQuery(string? query, string param) =>
        RequestField.Require(!string.IsNullOrWhiteSpace(query) && query.Length <= MaxLength, param, $"expected a text of 1 to {MaxLength} characters");
}

/// <param name="Query">1 to 4,096 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RouteRequest(string? Query)
{
    /// <exception cref="ApiException">It is malformed (400).</exception>
    public string Read()
    {
        LabelledQuery.CheckQuery(Query, "query");
        return Query!;
    }
}

/// <param name="Examples">1 to 10,000 labelled queries; 1 to 200 for a router that asks a model.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EvaluateRouterRequest(IReadOnlyList<LabelledQuery>? Examples)
{
    /// <exception cref="ApiException">They are malformed (400).</exception>
    public IReadOnlyList<LabelledQuery> Read(RetrievalRouter router)
    {
        LabelledQuery.Check(Examples, router.ReadRoutes(), 1, router.Model is null ? LabelledQuery.MostOfClassifier : LabelledQuery.MostOfModel);
        return Examples!;
    }
}
