using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace MLOps.Architecture;

/// <summary>Turns a signature into every type it names: element types, generic arguments, modifiers.</summary>
internal sealed class TypesInSignatures(string assembly) : ISignatureTypeProvider<ImmutableArray<CompiledType>, object?>, ICustomAttributeTypeProvider<ImmutableArray<CompiledType>>
{
    private const string Core = "System.Runtime";

    public ImmutableArray<CompiledType> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [Definition(reader, handle)];

    public ImmutableArray<CompiledType> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [Reference(reader, handle)];

    public ImmutableArray<CompiledType> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public ImmutableArray<CompiledType> GetPrimitiveType(PrimitiveTypeCode typeCode) => [new(Core, "System", typeCode.ToString())];

    public ImmutableArray<CompiledType> GetGenericInstantiation(ImmutableArray<CompiledType> genericType, ImmutableArray<ImmutableArray<CompiledType>> typeArguments) =>
        [.. genericType, .. typeArguments.SelectMany(t => t)];

    public ImmutableArray<CompiledType> GetFunctionPointerType(MethodSignature<ImmutableArray<CompiledType>> signature) =>
        [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(t => t)];

    public ImmutableArray<CompiledType> GetModifiedType(ImmutableArray<CompiledType> modifier, ImmutableArray<CompiledType> unmodifiedType, bool isRequired) => [.. modifier, .. unmodifiedType];

    public ImmutableArray<CompiledType> GetArrayType(ImmutableArray<CompiledType> elementType, ArrayShape shape) => elementType;

    public ImmutableArray<CompiledType> GetSZArrayType(ImmutableArray<CompiledType> elementType) => elementType;

    public ImmutableArray<CompiledType> GetByReferenceType(ImmutableArray<CompiledType> elementType) => elementType;

    public ImmutableArray<CompiledType> GetPointerType(ImmutableArray<CompiledType> elementType) => elementType;

    public ImmutableArray<CompiledType> GetPinnedType(ImmutableArray<CompiledType> elementType) => elementType;

    public ImmutableArray<CompiledType> GetGenericMethodParameter(object? genericContext, int index) => [];

    public ImmutableArray<CompiledType> GetGenericTypeParameter(object? genericContext, int index) => [];

    public ImmutableArray<CompiledType> GetSystemType() => [new(Core, "System", "Type")];

    public bool IsSystemType(ImmutableArray<CompiledType> type) => type is [{ Namespace: "System", Name: "Type" }];

    /// <summary>A <c>typeof</c> in an attribute is stored as text.</summary>
    public ImmutableArray<CompiledType> GetTypeFromSerializedName(string name) => TypeName.TryParse(name, out var parsed) ? [.. Named(parsed)] : [];

    // Attributes of enums that are not as wide as int are not met in this code; the wrong width would be an exception, not a silent miss.
    public PrimitiveTypeCode GetUnderlyingEnumType(ImmutableArray<CompiledType> type) => PrimitiveTypeCode.Int32;

    public static CompiledType Definition(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var definition = reader.GetTypeDefinition(handle);
        while (!definition.GetDeclaringType().IsNil) definition = reader.GetTypeDefinition(definition.GetDeclaringType());
        return new(reader.GetString(reader.GetAssemblyDefinition().Name), reader.GetString(definition.Namespace), reader.GetString(definition.Name));
    }

    public static CompiledType Reference(MetadataReader reader, TypeReferenceHandle handle)
    {
        var reference = reader.GetTypeReference(handle);
        while (reference.ResolutionScope.Kind == HandleKind.TypeReference) reference = reader.GetTypeReference((TypeReferenceHandle)reference.ResolutionScope);
        var scope = reference.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name
            : reader.GetAssemblyDefinition().Name;
        return new(reader.GetString(scope), reader.GetString(reference.Namespace), reader.GetString(reference.Name));
    }

    private IEnumerable<CompiledType> Named(TypeName type)
    {
        if (type.IsArray || type.IsPointer || type.IsByRef) return Named(type.GetElementType());
        if (type.IsConstructedGenericType) return type.GetGenericArguments().SelectMany(Named).Concat(Named(type.GetGenericTypeDefinition()));
        while (type.IsNested) type = type.DeclaringType!;
        var dot = type.FullName.LastIndexOf('.');
        return [new(type.AssemblyName?.Name ?? assembly, dot < 0 ? "" : type.FullName[..dot], type.FullName[(dot + 1)..])];
    }
}
