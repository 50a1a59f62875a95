using System.Runtime.InteropServices;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>A process that may not be our child: one that an earlier process of the service started.</summary>
/// <param name="Id">Its id, which is its group's too.</param>
/// <param name="Start">When it started, in the kernel's ticks: another process of the same id has another.</param>
internal readonly record struct TrainerProcess(int Id, string Start)
{
    private const int Terminate = 15;
    private const int Kill = 9;

    /// <summary>Where in <c>/proc/…/stat</c>, behind the name, the state and the start's ticks stand (fields 3 and 22 of proc(5)).</summary>
    private const int StateField = 0;
    private const int StartField = 19;

    /// <summary>Whether it runs; one that only waits for its parent to take note of its end does not.</summary>
    public bool IsAlive()
    {
        try
        {
            // The name, in parentheses, may hold blanks and parentheses itself.
            var stat = File.ReadAllText($"/proc/{Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > StartField && fields[StateField] is not ("Z" or "X") && fields[StartField] == Start;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Tells the whole group to save and stop.</summary>
    public void TerminateGroup() => SignalGroup(Terminate);

    public void KillGroup() => SignalGroup(Kill);

    private void SignalGroup(int signal)
    {
        if (IsAlive())
        {
            // A group that ended this moment is as good as told.
            _ = Send(-Id, signal);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
