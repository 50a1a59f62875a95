namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>How far a run is, by what is in its folder and whether its process lives.</summary>
internal enum TrainerPhase
{
    /// <summary>Not started.</summary>
    Queued,

    Running,

    /// <summary>With an exit code.</summary>
    Ended,

    /// <summary>Without an exit code: killed, or withdrawn before its start.</summary>
    Gone,
}
