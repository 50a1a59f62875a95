using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.OwnCalls;

/// <summary>What an own call is made for. Only the system's own tokens may tell it: a caller cannot hang its calls under others'.</summary>
/// <param name="Id">The parent's inference id.</param>
/// <param name="Step">Which part of the parent it is.</param>
internal readonly record struct CallParent(Guid? Id, string? Step)
{
    public const string IdHeader = "x-llmgateway-parent-id";
    public const string StepHeader = "x-llmgateway-step";

    public static CallParent Read(HttpRequest request, Caller caller) =>
        caller.Purpose != Caller.Production && Guid.TryParse(request.Headers[IdHeader], out var id)
            ? new CallParent(id, request.Headers[StepHeader] is [{ Length: > 0 } step] ? step : null)
            : default;
}
