namespace AiManager.Domain;

/// <summary>Somebody whose words stand in the arguments of a call, or who had its task handed on: they made the call what it is, so they do not approve it.</summary>
/// <param name="Person">A person's id.</param>
/// <param name="Because">What ties them to it, for people: where which argument stands in their words. Says no value.</param>
public sealed record Steerer(string Person, string Because);
