/** A JSON Schema as far as ours go. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly minimum?: number
}

/**
 * Where a value breaks a schema, walked plainly: another reading of the published file than that of the library that made it.
 * Errors: an unknown keyword throws, so that nothing is passed over
 */
export function violations(value: unknown, schema: JsonSchema, root: JsonSchema = schema, at = '$'): readonly string[] {
  const unknown = Object.keys(schema).filter((key) => !KNOWN.has(key))
  if (unknown.length > 0) throw new Error(`${at}: schema keyword not known here: ${unknown.join(', ')}`)
  if (schema.$ref !== undefined) return violations(value, resolve(schema.$ref, root), root, at)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) {
    const tried = choices.map((choice) => violations(value, choice, root, at))
    return tried.some((broken) => broken.length === 0)
      ? []
      : [`${at}: fits no choice: ${tried.map(([first]) => first).join(' | ')}`]
  }
  return [
    ...(schema.type !== undefined && ![schema.type].flat().some((type) => isType(value, type))
      ? [`${at}: no ${[schema.type].flat().join(' or ')}: ${JSON.stringify(value)}`]
      : []),
    ...('const' in schema && value !== schema.const ? [`${at}: not ${String(schema.const)}`] : []),
    ...(schema.enum && !schema.enum.includes(value)
      ? [`${at}: not one of ${schema.enum.join(', ')}: ${String(value)}`]
      : []),
    ...(schema.pattern && !new RegExp(schema.pattern).test(String(value)) ? [`${at}: not like ${schema.pattern}`] : []),
    ...(schema.minimum !== undefined && Number(value) < schema.minimum ? [`${at}: below ${schema.minimum}`] : []),
    ...(Array.isArray(value)
      ? inArray(value, schema, root, at)
      : isObject(value)
        ? inObject(value, schema, root, at)
        : []),
  ]
}

function inArray(value: readonly unknown[], schema: JsonSchema, root: JsonSchema, at: string): readonly string[] {
  const fixed = schema.prefixItems ?? []
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
  if (value.length < minItems || value.length > maxItems) return [`${at}: ${value.length} items`]
  return value.flatMap((one, index) => {
    const inner = fixed[index] ?? schema.items
    return inner ? violations(one, inner, root, `${at}[${index}]`) : []
  })
}

function inObject(value: Record<string, unknown>, schema: JsonSchema, root: JsonSchema, at: string): readonly string[] {
  const { properties = {}, required = [], additionalProperties: others } = schema
  const missing = required.filter((key) => !(key in value)).map((key) => `${at}.${key}: missing`)
  const inside = Object.entries(value).flatMap(([key, inner]) => {
    const known = properties[key] ?? (typeof others === 'object' ? others : undefined)
    if (known) return violations(inner, known, root, `${at}.${key}`)
    return others === false ? [`${at}.${key}: not foreseen`] : []
  })
  return [...missing, ...inside]
}

function resolve(ref: string, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(.+)$/.exec(ref)?.[1]
  const found = name === undefined ? undefined : root.$defs?.[name]
  if (!found) throw new Error(`${ref} leads nowhere`)
  return found
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function isType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value) && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

const KNOWN = new Set([
  '$schema',
  '$id',
  '$ref',
  '$defs',
  'title',
  'description',
  'type',
  'const',
  'enum',
  'anyOf',
  'oneOf',
  'properties',
  'propertyNames',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'pattern',
  'minimum',
  'maximum',
])
