using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Service;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>Looks at the data of a fine-tuning job before anything is paid for.</summary>
internal sealed class TrainingCheck(DatasetsDbContext context, ExampleReader reader, TrainingPrices prices)
{
    private const int DefaultEpochs = 3;

    /// <exception cref="ApiException">The project has no such file or version.</exception>
    public async Task<TrainingCheckReport> RunAsync(TrainingCheckRequest request, TrainingMethod method, string project, CancellationToken cancellationToken)
    {
        var training = await ReadAsync(await reader.OpenAsync(request.Training!, method, project, cancellationToken), "training", request.Model!, method, cancellationToken);
        var (validation, alike) = (default(PartCheck), 0);
        if (request.Validation is { } part)
        {
            (validation, alike) = await ReadValidationAsync(await reader.OpenAsync(part, method, project, cancellationToken), request.Model!, method, training, cancellationToken);
        }

        var leaks = await TrainingLeaks.FindAsync(context, project, request.Training!, training, alike, cancellationToken);
        return Report(request, training, validation, leaks, method.HasPrice ? prices.Find(request.Model!) : prices.Find(request.Model!) with { UsdPerMillionTokens = null });
    }

    internal static async Task<PartCheck> ReadAsync(
        OpenedExamples opened, string name, string model, TrainingMethod method, CancellationToken cancellationToken)
    {
        var part = new PartCheck(name, opened.Hash, model, method.Need);
        await foreach (var example in opened.Examples.WithCancellation(cancellationToken))
        {
            await part.AddAsync(example, cancellationToken);
        }

        if (part.Examples < TrainingCheckRequest.FewestExamples && name == "training")
        {
            part.Refuse(null, $"The data has {part.Examples} examples; at least {TrainingCheckRequest.FewestExamples} are needed.");
        }

        return part;
    }

    internal static TrainingCheckReport Report(
        TrainingCheckRequest request, PartCheck training, PartCheck? validation, TrainingLeaks leaks, TrainingPrice price)
    {
        var epochs = request.Epochs ?? DefaultEpochs;
        var tokens = training.Tokens.Total * epochs;
        return new TrainingCheckReport(
            [.. training.Errors.Concat(validation?.Errors ?? []).Take(10)],
            training.ErrorCount + (validation?.ErrorCount ?? 0),
            [.. TrainingWarnings.Of(training, validation, leaks, price.ContextTokens)],
            training.ToReport(),
            validation?.ToReport(),
            epochs,
            tokens,
            price.UsdPerMillionTokens is { } usd ? decimal.Round(tokens * usd / 1_000_000, 6) : null);
    }

    private static async Task<(PartCheck Part, int Alike)> ReadValidationAsync(
        OpenedExamples opened, string model, TrainingMethod method, PartCheck training, CancellationToken cancellationToken)
    {
        var alike = 0;
        var part = await ReadAsync(
            opened with
            {
                Examples = opened.Examples.Select(example =>
                {
                    var text = example.Content is { } content ? ItemText.OfInput(content.Input) : "";
                    alike += !string.IsNullOrWhiteSpace(text) && TrainingLeaks.IsIn(training, TextSketch.Of(text)) ? 1 : 0;
                    return example;
                }),
            },
            "validation", model, method, cancellationToken);
        return (part, alike);
    }
}
