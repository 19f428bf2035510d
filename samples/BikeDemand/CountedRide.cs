namespace BikeDemand;

/// <summary>An hour with the demand that really was.</summary>
/// <param name="Ride">The hour.</param>
/// <param name="Count">Rentals in the hour.</param>
public sealed record CountedRide(Ride Ride, double Count);
