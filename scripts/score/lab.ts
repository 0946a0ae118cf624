import type { Arrangement, Scenario } from '../../src/lab/define-scenario.ts'
import { SCENARIOS } from '../../src/lab/index.ts'
import { openLab } from '../../src/lab/lab.ts'
import { RULES } from '../../src/rules/index.ts'
import { diagnoseLive, noLabFor } from '../../test/lab/lab-node.ts'
import { type Judged, saidIn, type Truth } from './case.ts'

/** What the program says of every state that the lab can make here, one after the other. */
export async function judgeLab(tell: (line: string) => void): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  for (const scenario of SCENARIOS) {
    if (noLabFor(scenario) !== null) continue
    judged.push(await judgeState(scenario.id, scenario, truthOf(scenario)))
    if (scenario.twin) judged.push(await judgeState(`${scenario.id}, healthy twin`, scenario.twin, HEALTHY))
    tell(scenario.id)
  }
  return judged
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

/** Of what a scenario promises, those that nothing else that it promises brings about. */
function truthOf({ expects }: Scenario): Truth {
  const also = Object.keys(expects)
  const effects = RULES.filter(({ id }) => also.includes(id)).flatMap((rule) => rule.effects.map((one) => one.rule))
  return { causes: also.filter((rule) => !effects.includes(rule)), also }
}
