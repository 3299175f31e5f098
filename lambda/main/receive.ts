import configuration from 'onqueue:configuration';
import { wireReceive } from '../receive.ts';
import { environment } from '../env.ts';
import { inLambda } from '../surroundings.ts';

export const handler = wireReceive(environment('receive'), configuration, inLambda());
