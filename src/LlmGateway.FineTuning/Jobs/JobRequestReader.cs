using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>Reads and checks a request, from HTTP or from the queue.</summary>
internal static partial class JobRequestReader
{
    /// <summary>64 KB.</summary>
    public const int MaxBytes = 64 << 10;
    private const int MostMetadata = 16;
    private const int LongestMetadataKey = 64;
    private const int LongestMetadataValue = 512;
    private const int LongestName = 128;
    private const int MostSampled = 10_000;
    private const decimal MostUsd = 1_000_000;
    private static readonly string[] Methods = [JobRequest.Supervised, "dpo", "reinforcement"];

    /// <exception cref="ApiException">What is wrong, naming the field (400, or 413).</exception>
    public static JobRequest Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
        {
            throw new ApiException(new ApiError(413, "request_too_large", $"A request has at most {MaxBytes} bytes."));
        }

        var request = Parse(json);
        RefuseUnknown(request);
        CheckData(request);
        CheckMethod(request);
        CheckRest(request);
        return request;
    }

    private static JobRequest Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.JobRequest) ?? throw Bad("The request must be a JSON object.", null);
        }
        catch (JsonException exception)
        {
            var path = exception.Path is { Length: > 2 } known ? known[2..] : null;
            throw Bad(path is null ? "The request is no JSON object." : $"Invalid '{path}': it is of the wrong type, or there twice.", path);
        }
    }

    private static void RefuseUnknown(JobRequest request)
    {
        (WireObject? Part, string Path)[] parts =
        [
            (request, ""), (request.Dataset, "dataset."), (request.Hyperparameters, "hyperparameters."), (request.Method, "method."),
            (request.Method?.Supervised, "method.supervised."), (request.Method?.Supervised?.Hyperparameters, "method.supervised.hyperparameters."),
            (request.Method?.Dpo, "method.dpo."), (request.Method?.Dpo?.Hyperparameters, "method.dpo.hyperparameters."),
            (request.Method?.Reinforcement, "method.reinforcement."), (request.Method?.Reinforcement?.Hyperparameters, "method.reinforcement.hyperparameters."),
            (request.Evaluation, "evaluation."), (request.Evaluation?.General, "evaluation.general."),
        ];
        foreach (var (part, path) in parts)
        {
            if (part?.Extra?.Keys.FirstOrDefault() is { } unknown)
            {
                throw new ApiException(ApiErrors.BadRequest($"Unknown parameter: '{path}{unknown}'.", $"{path}{unknown}", "unknown_parameter"));
            }
        }
    }

    private static void CheckData(JobRequest request)
    {
        if (request.TrainingFile is null == request.Dataset is null)
        {
            throw Bad("Say what to train on: either 'training_file' or 'dataset'.", "training_file");
        }

        if (request.ValidationFile is not null && request.Dataset?.ValidationSplit is not null)
        {
            throw Bad("Say what to validate on once: either 'validation_file' or 'dataset.validation_split'.", "validation_file");
        }

        CheckName(request.TrainingFile, "training_file");
        CheckName(request.ValidationFile, "validation_file");
        CheckDataset(request.Dataset, "dataset");
        CheckEvaluation(request);
    }

    private static void CheckDataset(DatasetReference? dataset, string path)
    {
        if (dataset is null)
        {
            return;
        }

        CheckName(dataset.Id ?? throw Bad($"Missing required parameter: '{path}.id'.", $"{path}.id"), $"{path}.id");
        CheckName(dataset.Split, $"{path}.split");
        CheckName(dataset.ValidationSplit, $"{path}.validation_split");
        if (dataset.Version is { } version)
        {
            CheckName(version.ValueKind is JsonValueKind.String or JsonValueKind.Number ? version.ToString() : "", $"{path}.version");
        }
    }

    private static void CheckEvaluation(JobRequest request)
    {
        if (request.Evaluation is not { } evaluation)
        {
            return;
        }

        if (evaluation.Split is not null && request.Dataset is null)
        {
            throw Bad("'evaluation.split' is a dataset's: with files, the validation file is what the model is compared on.", "evaluation.split");
        }

        if (evaluation.Sample is < 1 or > MostSampled)
        {
            throw Bad($"Invalid 'evaluation.sample': expected an integer from 1 to {MostSampled}.", "evaluation.sample");
        }

        CheckName(evaluation.Split, "evaluation.split");
        CheckDataset(evaluation.General, "evaluation.general");
    }

    /// <exception cref="ApiException">The method is none, or its settings are not its own (400).</exception>
    public static void CheckMethod(JobRequest request)
    {
        if (request.Method is { } method)
        {
            CheckSettings(method);
        }

        var name = request.MethodName;
        var path = request.Method?.Settings?.Hyperparameters is null ? "hyperparameters" : $"method.{name}.hyperparameters";
        if (request.GivenHyperparameters?.FindError(name) is { } error)
        {
            throw Bad($"Invalid '{error.Name}': expected {error.Expected}.", $"{path}.{error.Name}");
        }
    }

    private static void CheckSettings(FineTuningMethod method)
    {
        if (!Methods.Contains(method.Type))
        {
            throw Bad($"Invalid 'method.type': expected one of {string.Join(", ", Methods)}.", "method.type");
        }

        (string Name, FineTuningMethodSettings? Settings)[] all = [(Methods[0], method.Supervised), (Methods[1], method.Dpo), (Methods[2], method.Reinforcement)];
        if (all.FirstOrDefault(one => one.Settings is not null && one.Name != method.Type).Name is { } other)
        {
            throw Bad($"'method.{other}' does not go with the method '{method.Type}'.", $"method.{other}");
        }

        var hasGrader = method.Settings?.Grader is { ValueKind: JsonValueKind.Object };
        if (hasGrader != (method.Type == Methods[2]))
        {
            throw hasGrader ? Bad($"'method.{method.Type}.grader' is for reinforcement only.", $"method.{method.Type}.grader")
                : Bad("Missing required parameter: 'method.reinforcement.grader': an object that scores the answers.", "method.reinforcement.grader");
        }
    }

    private static void CheckRest(JobRequest request)
    {
        CheckName(request.Model ?? throw Bad("Missing required parameter: 'model'.", "model"), "model");
        CheckName(request.Id, "id");
        CheckName(request.Project, "project");
        if (request.Suffix is { } suffix && !SuffixPattern().IsMatch(suffix))
        {
            throw Bad("Invalid 'suffix': expected 1 to 64 letters, digits, '-', '_' and '.'.", "suffix");
        }

        if (request.MaxCostUsd is < 0 or > MostUsd)
        {
            throw Bad($"Invalid 'max_cost_usd': expected a number from 0 to {MostUsd}.", "max_cost_usd");
        }

        if (request.Seed is < 0 or > int.MaxValue)
        {
            throw Bad($"Invalid 'seed': expected an integer from 0 to {int.MaxValue}.", "seed");
        }

        if (request.Metadata is { } metadata
            && (metadata.Count > MostMetadata || metadata.Any(pair => pair.Key.Length > LongestMetadataKey || pair.Value is null || pair.Value.Length > LongestMetadataValue)))
        {
            throw Bad($"Invalid 'metadata': expected at most {MostMetadata} pairs of a key of up to {LongestMetadataKey} characters and a text of up to {LongestMetadataValue}.", "metadata");
        }
    }

    private static void CheckName(string? name, string param)
    {
        if (name is not null && (name.Length > LongestName || !NamePattern().IsMatch(name)))
        {
            throw Bad($"Invalid '{param}': expected 1 to {LongestName} letters, digits and '-', '_', '.', ':', '/', '@'.", param);
        }
    }

    private static ApiException Bad(string message, string? param) => new(ApiErrors.BadRequest(message, param));

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex SuffixPattern();

    [GeneratedRegex("^[A-Za-z0-9_.:/@-]+$")]
    private static partial Regex NamePattern();
}
