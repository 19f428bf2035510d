using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MLOps.Architecture;

/// <summary>
/// Reads what the compiled code of an assembly names: base types, fields, signatures, constraints, attributes, and the bodies
/// of all methods, those of lambdas, iterators and async methods included. Source can hide a reference behind <c>var</c> or
/// an extension method; metadata can't.
/// </summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly TypesInSignatures _types;

    public CompiledAssembly(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _reader = _file.GetMetadataReader();
        Name = _reader.GetString(_reader.GetAssemblyDefinition().Name);
        _types = new TypesInSignatures(Name);
    }

    public string Name { get; }

    public void Dispose() => _file.Dispose();

    /// <summary>Every type that another type's code names, itself left out.</summary>
    public IEnumerable<CompiledUse> Uses() =>
        from handle in _reader.TypeDefinitions
        let type = TypesInSignatures.Definition(_reader, handle)
        from use in OfType(_reader.GetTypeDefinition(handle))
        from named in use.Types
        where named != type
        select new CompiledUse(type, named, use.Where);

    /// <summary>Every method that method bodies call.</summary>
    public IEnumerable<CompiledCall> Calls() =>
        from handle in _reader.TypeDefinitions
        let type = TypesInSignatures.Definition(_reader, handle)
        from method in _reader.GetTypeDefinition(handle).GetMethods()
        let definition = _reader.GetMethodDefinition(method)
        from token in Tokens(definition)
        from call in Called(token)
        select call with { From = type, Member = _reader.GetString(definition.Name) };

    private IEnumerable<(string Where, IEnumerable<CompiledType> Types)> OfType(TypeDefinition type)
    {
        yield return ("base type", Of(type.BaseType));
        yield return ("attribute", Attributes(type.GetCustomAttributes()));
        yield return ("constraint", Constraints(type.GetGenericParameters()));
        foreach (var handle in type.GetInterfaceImplementations()) yield return ("interface", Of(_reader.GetInterfaceImplementation(handle).Interface));
        foreach (var handle in type.GetFields())
        {
            var field = _reader.GetFieldDefinition(handle);
            yield return ($"field {_reader.GetString(field.Name)}", [.. field.DecodeSignature(_types, null), .. Attributes(field.GetCustomAttributes())]);
        }

        foreach (var handle in type.GetProperties())
        {
            var property = _reader.GetPropertyDefinition(handle);
            yield return ($"property {_reader.GetString(property.Name)}", [.. All(property.DecodeSignature(_types, null)), .. Attributes(property.GetCustomAttributes())]);
        }

        foreach (var handle in type.GetEvents())
        {
            var @event = _reader.GetEventDefinition(handle);
            yield return ($"event {_reader.GetString(@event.Name)}", [.. Of(@event.Type), .. Attributes(@event.GetCustomAttributes())]);
        }

        foreach (var handle in type.GetMethods())
        {
            var method = _reader.GetMethodDefinition(handle);
            var name = _reader.GetString(method.Name);
            yield return ($"signature of {name}", All(method.DecodeSignature(_types, null)));
            yield return ($"attribute of {name}", Attributes(method.GetCustomAttributes()));
            yield return ($"attribute of a parameter of {name}", method.GetParameters().SelectMany(p => Attributes(_reader.GetParameter(p).GetCustomAttributes())));
            yield return ($"constraint of {name}", Constraints(method.GetGenericParameters()));
            yield return ($"body of {name}", Body(method));
        }
    }

    private IEnumerable<CompiledType> Body(MethodDefinition method)
    {
        if (method.RelativeVirtualAddress == 0) return [];
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        var locals = body.LocalSignature.IsNil ? [] : _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_types, null).SelectMany(t => t);
        var caught = body.ExceptionRegions.Where(r => r.Kind == ExceptionRegionKind.Catch).SelectMany(r => Of(r.CatchType));
        return [.. locals, .. caught, .. Tokens(method).SelectMany(Of)];
    }

    private IEnumerable<EntityHandle> Tokens(MethodDefinition method) => method.RelativeVirtualAddress == 0
        ? []
        : IntermediateLanguage.Tokens(_file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? []);

    private IEnumerable<CompiledType> Of(EntityHandle handle)
    {
        if (handle.IsNil) return [];
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition: return [TypesInSignatures.Definition(_reader, (TypeDefinitionHandle)handle)];
            case HandleKind.TypeReference: return [TypesInSignatures.Reference(_reader, (TypeReferenceHandle)handle)];
            case HandleKind.TypeSpecification: return _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_types, null);
            case HandleKind.MethodDefinition: return Of(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
            case HandleKind.FieldDefinition: return Of(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
            case HandleKind.MemberReference:
                var member = _reader.GetMemberReference((MemberReferenceHandle)handle);
                return [.. Of(member.Parent), .. member.GetKind() == MemberReferenceKind.Field ? member.DecodeFieldSignature(_types, null) : All(member.DecodeMethodSignature(_types, null))];
            case HandleKind.MethodSpecification:
                var method = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                return [.. Of(method.Method), .. method.DecodeSignature(_types, null).SelectMany(t => t)];
            case HandleKind.StandaloneSignature:
                return All(_reader.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(_types, null));
            default: return [];
        }
    }

    private IEnumerable<CompiledCall> Called(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.MethodSpecification) handle = _reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind != HandleKind.MemberReference) yield break;
        var member = _reader.GetMemberReference((MemberReferenceHandle)handle);
        if (member.GetKind() != MemberReferenceKind.Method || Of(member.Parent).FirstOrDefault() is not { Name: not null } target) yield break;
        var parameters = member.DecodeMethodSignature(_types, null).ParameterTypes.SelectMany(t => t).ToImmutableArray();
        yield return new CompiledCall(default, "", target, _reader.GetString(member.Name), parameters);
    }

    private IEnumerable<CompiledType> Attributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var handle in attributes)
        {
            var attribute = _reader.GetCustomAttribute(handle);
            foreach (var type in Of(attribute.Constructor)) yield return type;
            var value = attribute.DecodeValue(_types);
            foreach (var argument in value.FixedArguments.Select(a => a.Value).Concat(value.NamedArguments.Select(a => a.Value)))
                foreach (var type in InArgument(argument)) yield return type;
        }
    }

    private static IEnumerable<CompiledType> InArgument(object? argument) => argument switch
    {
        ImmutableArray<CompiledType> types => types,
        ImmutableArray<CustomAttributeTypedArgument<ImmutableArray<CompiledType>>> array => array.SelectMany(a => InArgument(a.Value)),
        _ => [],
    };

    private IEnumerable<CompiledType> Constraints(GenericParameterHandleCollection parameters) =>
        from handle in parameters
        let parameter = _reader.GetGenericParameter(handle)
        from type in parameter.GetConstraints().SelectMany(c => Of(_reader.GetGenericParameterConstraint(c).Type)).Concat(Attributes(parameter.GetCustomAttributes()))
        select type;

    private static IEnumerable<CompiledType> All(MethodSignature<ImmutableArray<CompiledType>> signature) =>
        [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(t => t)];
}
