using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Evaluation.Graders.Scripts;

/// <summary>Section <c>Evaluation:Python</c>: the interpreter of graders that callers write in Python. There is none by default.</summary>
public sealed class PythonOptions
{
    /// <summary>
    /// The program and its arguments, to which <c>-c</c> and a program are added. It is the operator's sandbox: callers' code runs in
    /// it as this server's user, such as <c>["bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", …, "/usr/bin/python3", "-I"]</c>. Its
    /// environment is empty, and memory is for it to limit. Empty by default: Python graders are refused.
    /// </summary>
    public IList<string> Command { get; set; } = [];

    /// <summary>How long one item may take, with the interpreter's start; then the process and its children are killed. The default is 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
