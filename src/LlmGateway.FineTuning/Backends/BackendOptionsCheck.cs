using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Backends;

/// <summary>Finds wrong backends when the service starts. Messages hold names of settings and no values, which may be secret.</summary>
internal sealed partial class BackendOptionsCheck : IValidateOptions<FineTuningOptions>
{
    public ValidateOptionsResult Validate(string? name, FineTuningOptions options)
    {
        List<string> failures = [];
        foreach (var (backend, settings) in options.Backends)
        {
            var key = $"{FineTuningOptions.Section}:{nameof(FineTuningOptions.Backends)}:{backend}";
            Check(failures, settings, key);
            if (settings.Kind == BackendKind.Command)
            {
                CheckCommand(failures, backend, settings, key);
            }
            else
            {
                CheckOpenAI(failures, settings, key);
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckOpenAI(List<string> failures, BackendOptions settings, string key)
    {
        if (!Uri.TryCreate(settings.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            failures.Add($"{key}:{nameof(settings.BaseUrl)} must be an absolute address, such as 'https://api.openai.com/v1'; a program on this machine has Kind 'Command'.");
        }

        if (settings.Trainer.Command.Count > 0)
        {
            failures.Add($"{key}:{nameof(settings.Trainer)} is for Kind 'Command'.");
        }
    }

    private static void CheckCommand(List<string> failures, string backend, BackendOptions settings, string key)
    {
        var trainer = settings.Trainer;
        var of = $"{key}:{nameof(settings.Trainer)}";
        Check(failures, trainer, of);
        if (!OperatingSystem.IsLinux())
        {
            failures.Add($"{key}: trainers are started on Linux only (by setsid, and watched in /proc).");
        }

        if (!FolderName().IsMatch(backend))
        {
            failures.Add($"{key}: its name becomes a folder's, so it must be letters, digits, '.', '_' and '-', at most 64, with a letter or digit first.");
        }

        if (settings.BaseUrl.Length > 0)
        {
            failures.Add($"{key}:{nameof(settings.BaseUrl)} is for Kind 'OpenAI'.");
        }

        if (trainer.Command.Count == 0 || string.IsNullOrWhiteSpace(trainer.Command[0]))
        {
            failures.Add($"{of}:{nameof(trainer.Command)} must be the program and its arguments, such as [\"python3\", \"/opt/trainers/trl/train.py\", \"{{config}}\"].");
        }

        if (string.IsNullOrWhiteSpace(trainer.Engine) || trainer.Image is { } image && string.IsNullOrWhiteSpace(image))
        {
            failures.Add($"{of}: {nameof(trainer.Engine)} and {nameof(trainer.Image)} must not be blank.");
        }

        foreach (var variable in trainer.Environment.Keys.Where(variable => !VariableName().IsMatch(variable)))
        {
            failures.Add($"{of}:{nameof(trainer.Environment)}:{variable} is no name of a variable.");
        }
    }

    private static void Check(List<string> failures, object settings, string key)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), found, validateAllProperties: true);
        failures.AddRange(found.Select(failure => $"{key}: {failure.ErrorMessage}"));
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex FolderName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
