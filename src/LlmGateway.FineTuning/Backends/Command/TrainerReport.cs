using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>A job of a trainer as OpenAI's API would show it; where it failed, what to do.</summary>
internal static class TrainerReport
{
    /// <summary>What a shell says of a program that it cannot run, or find.</summary>
    private const int CannotRun = 126;
    private const int NotFound = 127;

    public static FineTuningJob Of(TrainerFolder folder, string backend, TrainerOptions options, DateTimeOffset now)
    {
        var configuration = TrainerConfiguration.Read(folder);
        var phase = folder.Shown(options, now);
        var stop = folder.Stop()?.Reason;
        var model = phase == TrainerPhase.Ended && stop is null && folder.ExitCode() == 0 ? TrainerOutput.Result(folder).Model : null;
        var error = phase is TrainerPhase.Ended or TrainerPhase.Gone && stop != TrainerRuns.Cancelled && model is null ? Error(folder, backend, options, phase, stop) : null;
        return new FineTuningJob
        {
            Id = folder.Id,
            CreatedAt = configuration.CreatedAt,
            Model = configuration.Model,
            Seed = configuration.Seed ?? 0,
            Method = configuration.Method,
            Hyperparameters = configuration.Hyperparameters,
            Status = (phase, stop) switch
            {
                (TrainerPhase.Running, _) => FineTuningStatus.Running,
                (_, TrainerRuns.Cancelled) => FineTuningStatus.Cancelled,
                (TrainerPhase.Queued, _) => FineTuningStatus.Queued,
                _ => model is null ? FineTuningStatus.Failed : FineTuningStatus.Succeeded,
            },
            FineTunedModel = model?.Model,
            TrainedTokens = model?.TrainedTokens,
            Error = error,
        };
    }

    private static FineTuningError Error(TrainerFolder folder, string backend, TrainerOptions options, TrainerPhase phase, string? stop)
    {
        var setting = $"FineTuning:Backends:{backend}:Trainer";
        var log = $"Its log is in trainers/{backend}/{folder.Id} of the data folder.";
        return (stop, phase, folder.ExitCode()) switch
        {
            (TrainerRuns.TooLong, _, _) => Failed("trainer_too_long", $"The trainer ran longer than {options.MaxDuration} and was stopped. Train on less, or raise {setting}:{nameof(options.MaxDuration)}. {log}"),
            (TrainerRuns.TooLarge, _, _) => Failed(
                "trainer_too_large",
                $"The trainer's folder grew over {options.MaxDiskBytes} bytes and the trainer was stopped. Keep fewer checkpoints, or raise {setting}:{nameof(options.MaxDiskBytes)}. {log}"),
            (_, TrainerPhase.Gone, _) => Failed(
                "trainer_killed",
                $"The trainer was killed from outside: with its machine, for want of memory or disk, or by hand. Make a new job, or set {setting}:{nameof(options.Restarts)} for runs to be resumed. {log}"),
            (_, _, 0) => Failed("trainer_no_model", $"The trainer ended with exit code 0 and named no model. It must end its output by a line {{\"model\": \"name\"}}. {log}"),
            (_, _, CannotRun or NotFound) => Failed(
                "trainer_not_found", $"The trainer could not be started. Check {setting}:{nameof(options.Command)}: {TrainerOutput.LastWords(folder, options)}"),
            (_, _, var code) => Failed("trainer_failed", $"The trainer ended with exit code {code}. Mend what it says, and make a new job. {log} Its last words: {TrainerOutput.LastWords(folder, options)}"),
        };
    }

    private static FineTuningError Failed(string code, string message) => new() { Code = code, Message = message };
}
