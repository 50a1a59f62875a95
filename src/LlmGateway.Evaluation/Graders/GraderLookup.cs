using LlmGateway.Service;

namespace LlmGateway.Evaluation.Graders;

/// <summary>Finds a testing criterion by the name that a request gives.</summary>
internal static class GraderLookup
{
    /// <param name="graders">The eval's criteria.</param>
    /// <param name="name">The name.</param>
    /// <param name="field">The request's field that holds it.</param>
    /// <exception cref="ApiException">The eval has no such criterion (400).</exception>
    public static IGrader Named(this IReadOnlyList<IGrader> graders, string name, string field) =>
        graders.FirstOrDefault(grader => grader.Name == name) ?? throw JsonFields.Invalid(
            $"The eval has no testing criterion '{JsonFields.Shortened(name)}', but {string.Join(", ", graders.Select(grader => grader.Name))}.", field);
}
