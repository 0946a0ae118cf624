import type { Arrangement, Scenario } from '../../src/lab/define-scenario.ts'
import { SCENARIOS } from '../../src/lab/index.ts'
import { openLab } from '../../src/lab/lab.ts'
import { RULES } from '../../src/rules/index.ts'
import { diagnoseLive, noLabFor } from '../../test/lab/lab-node.ts'
import { type Judged, saidIn, type Truth } from './case.ts'

/** What the program says of every state that the lab can make here, one after the other; told after each. */
export async function judgeLab(tell: (soFar: readonly Judged[]) => void): Promise<void> {
  const judged: Judged[] = []
  for (const scenario of SCENARIOS) {
    if (noLabFor(scenario) !== null) continue
    judged.push(await patiently(() => judgeState(scenario.id, scenario, truthOf(scenario))))
    const { twin } = scenario
    if (twin) judged.push(await patiently(() => judgeState(`${scenario.id}, healthy twin`, twin, HEALTHY)))
    tell(judged)
  }
}

/** A machine that is busy misses a deadline now and then; that is no verdict. */
async function patiently<T>(attempt: () => Promise<T>, left = 3): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (left === 0) throw error
    return patiently(attempt, left - 1)
  }
}

const HEALTHY: Truth = { causes: [], also: [] }

async function judgeState(name: string, state: Arrangement, truth: Truth): Promise<Judged> {
  const lab = await openLab()
  try {
    await state.arrange(lab)
    return { name, truth, said: saidIn((await diagnoseLive(lab.server)).findings) }
  } finally {
    await lab.close()
  }
}

/** Of what a scenario promises, those that nothing else that it promises brings about, however many steps away. */
export function truthOf({ expects }: Scenario): Truth {
  const also = Object.keys(expects)
  const effects = new Set(also.flatMap(effectsOf))
  return { causes: also.filter((rule) => !effects.has(rule)), also }
}

/** All that a rule's finding may lead to. */
function effectsOf(rule: string): readonly string[] {
  const found = new Set<string>()
  const follow = (id: string): void => {
    for (const { rule: effect } of RULES.find((one) => one.id === id)?.effects ?? []) {
      if (effect === rule || found.has(effect)) continue
      found.add(effect)
      follow(effect)
    }
  }
  follow(rule)
  return [...found]
}
