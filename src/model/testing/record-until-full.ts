import { recordingModel } from '../recorded/recording-model.ts';
import { simulatedModel } from '../simulated.ts';
import { converse } from './converse.ts';
import { trialContext, weatherSimulator } from './weather-simulator.ts';

// Records trials into the folder that is named first until something goes wrong; prints how many worked, and the error's name and message.
const model = recordingModel(simulatedModel(weatherSimulator), process.argv[2] ?? '');
let recorded = 0;
try {
  for (let trialNumber = 1; trialNumber <= 50; trialNumber += 1) {
    await converse(model, trialContext({ trialNumber }));
    recorded = trialNumber;
  }
} catch (error) {
  console.log(JSON.stringify({ recorded, name: (error as Error).name, message: (error as Error).message }));
}
