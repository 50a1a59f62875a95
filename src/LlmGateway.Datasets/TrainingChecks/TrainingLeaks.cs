using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Leakage;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>What of the training data stands where models are validated or tested, the same or nearly.</summary>
/// <param name="Validation">Examples of the validation data.</param>
/// <param name="Tested">Items that evaluations test by.</param>
/// <param name="TestedBy">Where these are, for people.</param>
/// <param name="IsPartial">Whether there were more examples than are compared.</param>
internal sealed record TrainingLeaks(int Validation, int Tested, string TestedBy, bool IsPartial)
{
    private const int Named = 3;

    /// <param name="context">The store.</param>
    /// <param name="project">Whose it is.</param>
    /// <param name="part">What is trained on.</param>
    /// <param name="training">Its examples' inputs.</param>
    /// <param name="validation">The validation data; null for none.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<TrainingLeaks> FindAsync(
        DatasetsDbContext context, string project, TrainingPart part, PartCheck training, PartCheck? validation, CancellationToken cancellationToken)
    {
        var version = part.DatasetId is null ? null : await context.FindVersionAsync(project, part.DatasetId, part.Version ?? "", cancellationToken);
        var (tested, names) = (0, new List<string>());
        foreach (var held in await HeldOut.FindAsync(context, project, version, part.Split, cancellationToken))
        {
            var alike = 0;
            await foreach (var (_, sketch) in LeakageCheck.SketchesAsync(LeakageCheck.ItemsOf(context, held), cancellationToken))
            {
                alike += training.Has(sketch) ? 1 : 0;
            }

            tested += alike;
            if (alike > 0)
            {
                names.Add($"{(held.Split is { } split ? $"'{split}' of " : "")}{held.Version}");
            }
        }

        return new TrainingLeaks(validation?.Leaking ?? 0, tested, string.Join(", ", names.Take(Named)) + (names.Count > Named ? ", …" : ""), training.Examples > PartCheck.MaxCompared);
    }
}
