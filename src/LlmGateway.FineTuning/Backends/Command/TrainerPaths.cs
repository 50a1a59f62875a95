namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>A job's paths as its trainer sees them.</summary>
/// <param name="Root">The folder: its own on this machine, <see cref="InContainer"/> in a container.</param>
internal readonly record struct TrainerPaths(string Root)
{
    /// <summary>Where a container has the job's folder.</summary>
    public const string InContainer = "/job";

    public string Configuration => Path.Combine(Root, "config.json");

    public string Data => Path.Combine(Root, "data");

    public string TrainingFile => Path.Combine(Data, "train.jsonl");

    public string ValidationFile => Path.Combine(Data, "validation.jsonl");

    public string Output => Path.Combine(Root, "output");

    public static TrainerPaths Of(TrainerFolder folder, TrainerOptions options) => new(options.Image is null ? folder.Path : InContainer);
}
