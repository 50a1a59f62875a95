using System.ComponentModel;
using System.Diagnostics;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>Starts a trainer so that it outlives the service's process, and at most once.</summary>
internal static class TrainerLaunch
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    /// <summary>Of our own variables the trainer has these only: the others hold secrets.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG"];

    /// <summary>
    /// The folder and the command are arguments, so that nothing of them is read as a script. Whoever makes the file <c>started</c>, which
    /// only one can, has the run; its id and start are known before the trainer begins, and its exit code when the trainer has ended. TERM
    /// is caught here, and by that not ignored in the trainer: the wrapper lives on to write the code. At last it takes with it what the
    /// trainer left behind in its group, and itself.
    /// </summary>
    private const string Wrapper = """
        umask 077
        cd "$1" || exit 125
        shift
        (set -C; : >started) 2>/dev/null || exit 0
        stopped=
        trap stopped=1 HUP INT TERM
        exec </dev/null >>stdout.jsonl 2>>stderr.log
        began() { set -- ${1##*) }; echo "${20}"; }
        echo "$$ $(began "$(cat /proc/$$/stat)")" >pid.new && mv pid.new pid || exit 125
        [ "$stopped" ] || "$@"
        echo "$?" >exit_code.new && mv exit_code.new exit_code
        kill -s KILL 0
        """;

    /// <exception cref="BackendException">The system's programs that this needs are not there.</exception>
    public static void Start(TrainerFolder folder, TrainerOptions options, bool resume)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = folder.Path };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in (string[])["/bin/sh", "-c", Wrapper, "trainer", folder.Path, .. Arguments(folder, options, resume)])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start);
        }
        catch (Win32Exception exception)
        {
            throw new BackendException($"Trainers are started by 'setsid' and '/bin/sh', and that failed: {exception.Message}", isTransient: false);
        }
    }

    /// <summary>Ends the container, which does not end with the engine's program that ran it.</summary>
    public static void KillContainer(TrainerFolder folder, TrainerOptions options)
    {
        if (options.Image is null)
        {
            return;
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(options.Engine, ["kill", ContainerOf(folder)]) { RedirectStandardError = true, RedirectStandardOutput = true });
            process!.WaitForExit(KillPatience);
        }
        catch (Win32Exception)
        {
            // Without an engine there is no container.
        }
    }

    private static IEnumerable<string> Arguments(TrainerFolder folder, TrainerOptions options, bool resume)
    {
        var paths = TrainerPaths.Of(folder, options);
        var command = options.Command.Select(argument => argument
            .Replace("{config}", paths.Configuration, StringComparison.Ordinal)
            .Replace("{data}", paths.Data, StringComparison.Ordinal)
            .Replace("{output}", paths.Output, StringComparison.Ordinal)
            .Replace("{resume}", resume ? "true" : "false", StringComparison.Ordinal));

        // Variables by name alone: the engine takes their values from its own environment, and no list of processes shows them.
        return options.Image is not { } image ? command :
        [
            options.Engine, "run", "--rm", "--name", ContainerOf(folder), "-v", $"{folder.Path}:{TrainerPaths.InContainer}", "-w", TrainerPaths.InContainer,
            .. options.Environment.Keys.Order(StringComparer.Ordinal).SelectMany(name => (string[])["-e", name]),
            .. options.EngineArguments, image, .. command,
        ];
    }

    private static string ContainerOf(TrainerFolder folder) => $"llmgateway-{folder.Id}";
}
