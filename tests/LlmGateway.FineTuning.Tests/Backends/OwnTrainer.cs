namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>The tests' trainer, <c>trainer.sh</c>, as settings of a backend.</summary>
internal static class OwnTrainer
{
    /// <summary>Settings of a backend that is named by the trainer's mode.</summary>
    public static (string Key, string? Value)[] Settings(string mode, params (string Key, string? Value)[] trainer)
    {
        string[] command = ["/bin/sh", Path.Combine(AppContext.BaseDirectory, "Backends", "trainer.sh"), mode, "{config}", "{data}", "{output}", "{resume}"];
        var key = $"FineTuning:Backends:{mode}";
        return
        [
            ($"{key}:Kind", "command"),
            .. command.Select((argument, index) => ($"{key}:Trainer:Command:{index}", (string?)argument)),
            .. trainer.Select(setting => ($"{key}:Trainer:{setting.Key}", setting.Value)),
        ];
    }

    /// <summary>How often a job's trainer began, each time with its argument for resuming.</summary>
    public static string[] Runs(string data, string backend, string job) =>
        File.Exists(Of(data, backend, job, "runs")) ? File.ReadAllLines(Of(data, backend, job, "runs")) : [];

    /// <summary>Lets a job's waiting trainer go on.</summary>
    public static void Release(string data, string backend, string job) => File.WriteAllText(Of(data, backend, job, "release"), "");

    public static bool IsAlive(string data, string backend, string job) =>
        Directory.Exists($"/proc/{File.ReadAllText(Of(data, backend, job, "pid")).Split(' ')[0]}");

    public static string Folder(string data, string backend, string job) => Path.Combine(data, "trainers", backend, job);

    private static string Of(string data, string backend, string job, string name) => Path.Combine(Folder(data, backend, job), name);
}
