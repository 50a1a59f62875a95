using LlmGateway.Gateway.Recording;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What all attempts share.</summary>
internal sealed record UpstreamServices(InternalToken Tokens, AnswerWriter Answers, InferenceRecorder Recorder, GatewaySettings Settings, TimeProvider Time);
