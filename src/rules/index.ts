// Made by `npm run gen` from the files that it imports.
import type { Rule } from './define-rule.ts'

export const RULES: readonly Rule[] = []
