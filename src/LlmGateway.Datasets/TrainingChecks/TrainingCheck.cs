using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Service;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>Looks at the data of a fine-tuning job before anything is paid for.</summary>
internal sealed class TrainingCheck(DatasetsDbContext context, ExampleReader reader, TrainingPrices prices)
{
    /// <exception cref="ApiException">The project has no such file or version.</exception>
    public async Task<TrainingCheckReport> RunAsync(TrainingCheckRequest request, TrainingMethod method, string project, CancellationToken cancellationToken)
    {
        var training = await ReadAsync(await reader.OpenAsync(request.Training!, method, project, cancellationToken), request.Model!, method, null, cancellationToken);
        var validation = request.Validation is { } part
            ? await ReadAsync(await reader.OpenAsync(part, method, project, cancellationToken), request.Model!, method, training, cancellationToken)
            : null;
        var leaks = await TrainingLeaks.FindAsync(context, project, request.Training!, training, validation, cancellationToken);
        return Report(request, training, validation, leaks, prices.Find(request.Model!, method.Need));
    }

    /// <param name="opened">What is read.</param>
    /// <param name="model">Its vocabulary counts.</param>
    /// <param name="method">The way of training.</param>
    /// <param name="trained">What is trained on, for the validation data; null for that itself.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<PartCheck> ReadAsync(
        OpenedExamples opened, string model, TrainingMethod method, PartCheck? trained, CancellationToken cancellationToken)
    {
        var part = new PartCheck(trained is null ? "training" : "validation", opened.Hash, model, method.Need, trained);
        await foreach (var example in opened.Examples.WithCancellation(cancellationToken))
        {
            await part.AddAsync(example, cancellationToken);
        }

        if (part.Examples < TrainingCheckRequest.FewestExamples && trained is null)
        {
            part.Refuse(null, $"The data has {part.Examples} examples; at least {TrainingCheckRequest.FewestExamples} are needed.");
        }

        return part;
    }

    internal static TrainingCheckReport Report(
        TrainingCheckRequest request, PartCheck training, PartCheck? validation, TrainingLeaks leaks, TrainingPrice price)
    {
        var epochs = request.Epochs ?? TrainingTokens.DefaultEpochs;
        var tokens = training.Tokens.Total * epochs;
        return new TrainingCheckReport(
            [.. training.Errors.Concat(validation?.Errors ?? []).Take(10)],
            training.ErrorCount + (validation?.ErrorCount ?? 0),
            [.. TrainingWarnings.Of(training, validation, leaks, price.ContextTokens)],
            training.ToReport(),
            validation?.ToReport(),
            epochs,
            tokens,
            price.CostUsd(tokens));
    }
}
