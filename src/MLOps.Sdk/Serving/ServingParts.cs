using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>What a server is made of.</summary>
internal sealed record ServingParts(IModelRegistry Registry, PredictionLog Log, RouteRecords Routes, TimeProvider Time, ILogger Logger);
