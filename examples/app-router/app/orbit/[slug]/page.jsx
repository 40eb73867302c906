import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { Stand } from '../../../components/stand'
import { originUrl } from '../../../data/origin'
import { orbitWalk } from '../../../data/pictures'

const find = async (params) => {
  const { slug } = await params
  return orbitWalk.find((picture) => picture.slug === slug) ?? notFound()
}

export const generateMetadata = async ({ params }) => ({ title: (await find(params)).title })

export default async function Remote({ params }) {
  await connection()
  return <Stand picture={await find(params)} origin={originUrl()} path="/orbit" pictures={orbitWalk} />
}
