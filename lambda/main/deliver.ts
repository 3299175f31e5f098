import configuration from 'onqueue:configuration';
import { wireDeliver } from '../deliver.ts';
import { environment } from '../env.ts';
import { inLambda } from '../surroundings.ts';

export const handler = wireDeliver(environment('deliver'), configuration, inLambda());
